// Comparisons of two methods over the same splits.
#pragma once

#include <span>

namespace terse::stats {

/// Two-sided p of the paired t-test that both have the same mean, over the pairs without a NaN.
/// 1 if all differences are zero or there are fewer than two pairs; 0 if they are all equal and
/// not zero. The same length.
double paired_t_test(std::span<const double> first, std::span<const double> second);

/// mean(first) / mean(second) over the pairs without a NaN; NaN without any.
double paired_ratio(std::span<const double> first, std::span<const double> second);

}  // namespace terse::stats
