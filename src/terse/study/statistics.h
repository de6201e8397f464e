// Means with intervals, and tests between methods over repeated splits.
#pragma once

#include <span>

#include "terse/study/summary.h"

namespace terse::study {

/// The value that Student's t with `freedom` > 0 degrees of freedom stays below with probability p
/// in (0, 1).
double t_quantile(double p, double freedom);

/// Mean and half width of the two-sided 95% t-interval, of the values that are not NaN. The half
/// width is NaN below two values, the mean NaN without any.
Interval t_interval(std::span<const double> values);

/// Two-sided p of the paired t-test that both have the same mean, over the pairs without a NaN.
/// 1 if all differences are zero or there are fewer than two pairs; 0 if they are all equal and
/// not zero. The same length.
double paired_t_test(std::span<const double> first, std::span<const double> second);

/// mean(first) / mean(second) over the pairs without a NaN; NaN without any.
double paired_ratio(std::span<const double> first, std::span<const double> second);

}  // namespace terse::study
