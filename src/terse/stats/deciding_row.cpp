#include "terse/stats/deciding_row.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "terse/base/error.h"
#include "terse/stats/interval.h"

namespace terse::stats {
namespace {

// Means of the values without each one.
std::vector<double> means_without(std::span<const double> values) {
  std::vector<double> behind(values.size() + 1, 0.0);
  for (std::size_t i = values.size(); i-- > 0;) behind[i] = behind[i + 1] + values[i];
  std::vector<double> means(values.size());
  double before = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    means[i] = (before + behind[i + 1]) / static_cast<double>(values.size() - 1);
    before += values[i];
  }
  return means;  // 0 / 0 = NaN of a single row: compare() leaves that split out
}

// A place at which a row is tested, and the split's mean losses without it.
struct Absence {
  std::uint32_t row;
  std::size_t split;
  double candidate;
  double reference;
};

std::vector<Absence> absences_by_row(std::span<const SplitLosses> splits) {
  std::vector<Absence> absences;
  for (std::size_t s = 0; s < splits.size(); ++s) {
    const SplitLosses& split = splits[s];
    TERSE_CHECK(split.rows.size() == split.candidate.size() &&
                split.rows.size() == split.reference.size());
    const std::vector<double> candidate = means_without(split.candidate);
    const std::vector<double> reference = means_without(split.reference);
    for (std::size_t i = 0; i < split.rows.size(); ++i) {
      absences.push_back({split.rows[i], s, candidate[i], reference[i]});
    }
  }
  std::ranges::stable_sort(absences, {}, &Absence::row);
  return absences;
}

double excess(double candidate, double reference, const Margin& margin) {
  if (!std::isfinite(candidate)) return std::numeric_limits<double>::infinity();
  return candidate - reference * (1 + margin.share) - margin.absolute;
}

}  // namespace

std::optional<DecidingRow> deciding_row(std::span<const SplitLosses> splits, const Margin& margin,
                                        const Resampling& resampling, double error) {
  std::vector<double> candidate, reference;
  for (const SplitLosses& split : splits) {
    candidate.push_back(mean_of(split.candidate));
    reference.push_back(mean_of(split.reference));
  }
  const auto found = [&] { return compare({candidate, reference}, margin, resampling, error); };
  const Comparison with = found();
  const std::vector<Absence> absences = absences_by_row(splits);
  const std::vector<double> all_candidate = candidate;
  const std::vector<double> all_reference = reference;
  std::optional<DecidingRow> deciding;
  double farthest = -1;
  for (std::size_t begin = 0, end = 0; begin < absences.size(); begin = end) {
    for (end = begin; end < absences.size() && absences[end].row == absences[begin].row; ++end) {
      candidate[absences[end].split] = absences[end].candidate;
      reference[absences[end].split] = absences[end].reference;
    }
    const Comparison without = found();
    for (std::size_t i = begin; i < end; ++i) {
      candidate[absences[i].split] = all_candidate[absences[i].split];
      reference[absences[i].split] = all_reference[absences[i].split];
    }
    const double moved = std::abs(without.excess.mean - with.excess.mean);
    if (without.verdict == with.verdict || moved <= farthest) continue;
    farthest = moved;
    deciding = {absences[begin].row, with.verdict, without.verdict, with.excess.mean,
                without.excess.mean};
  }
  return deciding;
}

std::optional<DecidingSum> deciding_row_of_sums(const SplitLosses& losses, const Margin& margin) {
  TERSE_CHECK(losses.rows.size() == losses.candidate.size() &&
              losses.rows.size() == losses.reference.size());
  std::vector<double> values;
  std::vector<std::uint32_t> rows;
  for (std::size_t i = 0; i < losses.rows.size(); ++i) {
    if (!std::isfinite(losses.reference[i])) continue;
    values.push_back(excess(losses.candidate[i], losses.reference[i], margin));
    rows.push_back(losses.rows[i]);
  }
  if (values.size() < 2) return std::nullopt;
  double with = 0;
  for (const double value : values) with += value;
  // Only the extreme row on the side of the sum can turn it.
  const auto extreme =
      with <= 0 ? std::ranges::min_element(values) : std::ranges::max_element(values);
  double without = 0;
  for (auto value = values.begin(); value != values.end(); ++value) {
    if (value != extreme) without += *value;
  }
  if ((with <= 0) == (without <= 0)) return std::nullopt;
  const auto place = static_cast<std::size_t>(extreme - values.begin());
  return DecidingSum{rows[place], with <= 0, without <= 0, with, without};
}

}  // namespace terse::stats
