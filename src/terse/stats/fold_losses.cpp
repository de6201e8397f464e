#include "terse/stats/fold_losses.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "terse/base/error.h"

namespace terse::stats {
namespace {

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double squares_around(std::span<const double> values, double middle) {
  double sum = 0;
  for (const double value : values) sum += (value - middle) * (value - middle);
  return sum;
}

}  // namespace

std::vector<double> fold_means(const FoldLosses& losses) {
  std::vector<double> means;
  std::size_t begin = 0;
  for (const std::size_t count : losses.fold_rows) {
    TERSE_CHECK(count > 0 && begin + count <= losses.rows.size());
    means.push_back(mean(losses.rows.subspan(begin, count)));
    begin += count;
  }
  TERSE_CHECK(begin == losses.rows.size());
  return means;
}

Resampling resampling_of_folds(const FoldLosses& candidate, const FoldLosses& reference,
                               const Margin& margin) {
  TERSE_CHECK(candidate.rows.size() == reference.rows.size());
  TERSE_CHECK(std::ranges::equal(candidate.fold_rows, reference.fold_rows));
  std::vector<double> excess(candidate.rows.begin(), candidate.rows.end());
  for (std::size_t r = 0; r < excess.size(); ++r) {
    excess[r] -= reference.rows[r] * (1 + margin.share) + margin.absolute;
  }
  const std::vector<double> means = fold_means({excess, candidate.fold_rows});
  const std::size_t folds = means.size();
  if (folds < 2 || excess.size() <= folds) return disjoint_splits();
  double within = 0;
  double per_row = 0;  // mean over folds of 1 / rows
  std::size_t begin = 0;
  for (std::size_t f = 0; f < folds; ++f) {
    const std::size_t count = candidate.fold_rows[f];
    within += squares_around(std::span(excess).subspan(begin, count), means[f]);
    per_row += 1 / static_cast<double>(count * folds);
    begin += count;
  }
  const double of_rows = within / static_cast<double>(excess.size() - folds) * per_row;
  const double between = squares_around(means, mean(means)) / static_cast<double>(folds - 1);
  if (!(between > 0)) return disjoint_splits();
  return {.share_of_rows = std::min(1.0, of_rows / between)};
}

}  // namespace terse::stats
