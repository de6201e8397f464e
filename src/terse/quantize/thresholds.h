// Thresholds of every feature, in one array. A feature may have any number of them, none included
// (it is then not sent). The code of a reading is the number of its feature's thresholds strictly
// below it, which does not depend on their order; NaN has code 0 here, callers refuse it earlier.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "terse/base/matrix.h"

namespace terse::quantize {

/// A code fits a byte: at most 256 levels, 8 bits, per feature.
using Code = std::uint8_t;
inline constexpr std::size_t levels_max = 256;

/// Thresholds of F features. Feature f owns values[offsets[f]] .. values[offsets[f + 1] - 1].
struct Thresholds {
  std::vector<std::uint32_t> offsets{0};  ///< F + 1 entries
  std::vector<float> values;              ///< offsets.back() entries

  std::size_t features() const { return offsets.size() - 1; }
  std::size_t count(std::size_t feature) const { return offsets[feature + 1] - offsets[feature]; }
  std::size_t levels(std::size_t feature) const { return count(feature) + 1; }
  std::span<const float> of(std::size_t feature) const {
    return {values.data() + offsets[feature], count(feature)};
  }
  std::span<float> of(std::size_t feature) {
    return {values.data() + offsets[feature], count(feature)};
  }
  /// Appends one feature with these thresholds, at most 255 of them.
  void add_feature(std::span<const float> thresholds);
};

/// Where each feature's rows begin in a table of one row per level, feature after feature.
std::vector<std::uint32_t> first_rows(std::span<const std::size_t> levels);

/// Number of thresholds strictly below `reading`, in any order.
Code code_of(float reading, std::span<const float> thresholds);

/// The thresholds of one feature, as many as `count`, out of its readings, ascending.
using ThresholdsOfColumn = std::function<std::vector<float>(
    std::size_t feature, std::span<const float> sorted, std::size_t count)>;

/// Of every feature. Shape: at least one row x F finite readings; levels: F numbers of levels,
/// 1..256.
Thresholds thresholds_of_columns(base::ConstMatrixView rows, std::span<const std::size_t> levels,
                                 const ThresholdsOfColumn& thresholds_of);

/// Uniform thresholds t_j = min + s (j - 1/2), s = (max - min) / M, from the training rows
/// (paper, appendix A). Shapes as above. A constant feature gets equal thresholds.
Thresholds minmax_thresholds(base::ConstMatrixView rows, std::span<const std::size_t> levels);

/// Quantiles j / (M + 1), j = 1..M, with linear interpolation between order statistics (numpy's
/// default), computed in double and rounded once. Shapes as above. Ties give equal thresholds.
Thresholds quantile_thresholds(base::ConstMatrixView rows, std::span<const std::size_t> levels);

/// The value that stands for each code, halfway between neighbouring thresholds, with the auxiliary
/// outer thresholds t_0 = t_1 - (t_2 - t_1) and t_{M+1} = t_M + (t_M - t_{M-1}) (paper, equation of
/// the midpoint decoder). A single threshold has no neighbour to mirror, and the paper leaves that
/// case open: `low` and `high`, the readings' extremes, then bound the two cells, so that both
/// values lie inside the data. They are unused with two thresholds or more; with none, the value is
/// their middle. Input: M sorted thresholds. Result: M + 1 values.
std::vector<float> midpoints(std::span<const float> sorted_thresholds, float low, float high);

}  // namespace terse::quantize
