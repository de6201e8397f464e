// Means of repeated measurements, with their intervals.
#pragma once

#include <span>

namespace terse::stats {

/// Mean and half the width of the 95% t-interval; half_width is NaN for one value.
struct Interval {
  double mean = 0;
  double half_width = 0;
};

/// The value that Student's t with `freedom` > 0 degrees of freedom stays below with probability p
/// in (0, 1).
double t_quantile(double p, double freedom);

/// The probability that Student's t with `freedom` > 0 degrees of freedom is at least as far from 0
/// as `t`.
double t_two_sided(double t, double freedom);

/// The probability that Student's t with `freedom` > 0 degrees of freedom is below `t`.
double t_below(double t, double freedom);

/// Mean and half width of the two-sided 95% t-interval, of the values that are not NaN. The half
/// width is NaN below two values, the mean NaN without any.
Interval t_interval(std::span<const double> values);

/// The mean; NaN without values.
double mean_of(std::span<const double> values);

/// Standard error of the mean, from at least two values and their mean.
double standard_error(std::span<const double> values, double mean);

}  // namespace terse::stats
