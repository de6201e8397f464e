#include "terse/train/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "terse/base/error.h"
#include "terse/base/order.h"

namespace terse::train {
namespace {

constexpr double probability_min = 1e-15;

// Mann and Whitney: the sum of the ranks of the class's rows, ties at their middle rank. NaN
// without rows of the class or without others.
double area_under_curve(base::ConstMatrixView probabilities, std::span<const float> classes,
                        std::size_t own) {
  const std::size_t rows = classes.size();
  std::vector<std::uint32_t> order = base::all_rows(rows);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    return probabilities(a, own) < probabilities(b, own);
  });
  double rank_sum = 0.0;
  double positive = 0.0;
  for (std::size_t begin = 0; begin < rows;) {
    std::size_t end = begin;
    double hits = 0.0;
    while (end < rows && probabilities(order[end], own) == probabilities(order[begin], own)) {
      hits += classes[order[end]] == static_cast<float>(own) ? 1.0 : 0.0;
      ++end;
    }
    rank_sum += hits * (static_cast<double>(begin + end + 1) / 2.0);
    positive += hits;
    begin = end;
  }
  const double negative = static_cast<double>(rows) - positive;
  if (positive == 0.0 || negative == 0.0) return std::numeric_limits<double>::quiet_NaN();
  return (rank_sum - positive * (positive + 1.0) / 2.0) / (positive * negative);
}

double mean_area(base::ConstMatrixView probabilities, std::span<const float> classes) {
  if (probabilities.columns == 2) return area_under_curve(probabilities, classes, 1);
  double sum = 0.0;
  double count = 0.0;
  for (std::size_t own = 0; own < probabilities.columns; ++own) {
    const double area = area_under_curve(probabilities, classes, own);
    if (std::isnan(area)) continue;
    sum += area;
    count += 1.0;
  }
  return count > 0.0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

ClassMetrics class_metrics(base::ConstMatrixView probabilities, std::span<const float> classes) {
  TERSE_CHECK(probabilities.rows == classes.size() && !classes.empty());
  std::vector<double> hits(probabilities.columns, 0.0);
  std::vector<double> seen(probabilities.columns, 0.0);  // true rows + predicted rows
  ClassMetrics metrics;
  for (std::size_t row = 0; row < classes.size(); ++row) {
    const std::span<const float> row_probabilities = probabilities.row(row);
    const auto truth = static_cast<std::size_t>(classes[row]);
    const auto predicted = static_cast<std::size_t>(std::ranges::max_element(row_probabilities) -
                                                    row_probabilities.begin());
    seen[truth] += 1.0;
    seen[predicted] += 1.0;
    if (truth == predicted) hits[truth] += 1.0;
    const auto probability = static_cast<double>(row_probabilities[truth]);
    metrics.log_loss -= std::log(std::max(probability, probability_min));
  }
  const auto rows = static_cast<double>(classes.size());
  double occurring = 0.0;
  for (std::size_t index = 0; index < hits.size(); ++index) {
    if (seen[index] == 0.0) continue;
    occurring += 1.0;
    metrics.f1_macro += 2.0 * hits[index] / seen[index];
  }
  metrics.f1_macro /= occurring;
  metrics.accuracy = std::accumulate(hits.begin(), hits.end(), 0.0) / rows;
  metrics.log_loss /= rows;
  metrics.roc_auc = mean_area(probabilities, classes);
  return metrics;
}

}  // namespace terse::train
