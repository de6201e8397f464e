#include "terse/quantize/midway.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "terse/base/error.h"

namespace terse::quantize {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

float middle(float low, float high) {
  const auto half = static_cast<float>(0.5 * (double{low} + double{high}));
  // Between neighbouring floats rounding may end at the upper one.
  return half < high ? half : low;
}

std::vector<float> distinct_of(base::ConstMatrixView rows, std::size_t feature) {
  std::vector<float> readings(rows.rows);
  for (std::size_t row = 0; row < rows.rows; ++row) readings[row] = rows(row, feature);
  return distinct_readings(std::move(readings));
}

}  // namespace

std::vector<float> distinct_readings(std::vector<float> readings) {
  std::erase_if(readings, [](float reading) { return std::isnan(reading); });
  std::ranges::sort(readings);
  readings.erase(std::unique(readings.begin(), readings.end()), readings.end());
  return readings;
}

float midway(float threshold, std::span<const float> distinct) {
  TERSE_CHECK(!distinct.empty() && !std::isnan(threshold));
  const auto above = std::ranges::upper_bound(distinct, threshold);
  if (above == distinct.begin()) return -infinity;
  if (above == distinct.end()) return infinity;
  return middle(*(above - 1), *above);
}

Thresholds midway(const Thresholds& thresholds, base::ConstMatrixView rows) {
  Thresholds result;
  for (std::size_t f = 0; f < thresholds.features(); ++f) {
    std::vector<float> own(thresholds.of(f).begin(), thresholds.of(f).end());
    const std::vector<float> distinct = distinct_of(rows, f);
    const std::size_t intervals = distinct.size() - 1;
    for (std::size_t j = 0; j < own.size() && intervals > 0; ++j) {
      if (own.size() == intervals) {
        own[j] = middle(distinct[j], distinct[j + 1]);
      } else {
        own[j] = midway(std::clamp(own[j], distinct.front(), distinct[intervals - 1]), distinct);
      }
    }
    result.add_feature(own);
  }
  return result;
}

std::vector<std::size_t> levels_in_use(std::span<const std::size_t> levels,
                                       base::ConstMatrixView rows) {
  std::vector<std::size_t> result;
  for (std::size_t f = 0; f < levels.size(); ++f) {
    result.push_back(std::min(levels[f], std::max<std::size_t>(1, distinct_of(rows, f).size())));
  }
  return result;
}

}  // namespace terse::quantize
