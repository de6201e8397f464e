// Comparisons of two methods over the same splits.
#pragma once

#include <cstddef>
#include <span>

namespace terse::stats {

/// The mean of first - second; NaN without pairs.
struct PairedDifference {
  std::size_t pairs = 0;
  double mean = 0;
  double standard_error = 0;  ///< of the mean; 0 below two pairs
};

/// Over all pairs: one NaN makes the results NaN. The same length.
PairedDifference paired_difference(std::span<const double> first, std::span<const double> second);

/// Two-sided p of the paired t-test that both have the same mean, over the pairs without a NaN.
/// 1 if all differences are zero or there are fewer than two pairs; 0 if they are all equal and
/// not zero. The same length.
double paired_t_test(std::span<const double> first, std::span<const double> second);

/// mean(first) / mean(second) over the pairs without a NaN; NaN without any.
double paired_ratio(std::span<const double> first, std::span<const double> second);

}  // namespace terse::stats
