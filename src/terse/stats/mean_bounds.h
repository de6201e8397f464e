// Bounds of the mean of a few differences: Student's, and corrected for skewness.
#pragma once

#include <cstddef>
#include <limits>
#include <span>

#include "terse/stats/resampling.h"

namespace terse::stats {

/// A mean with a bound on each side, each of which errs with the probability asked for.
///
/// Each bound is the wider of two. Student's t keeps its promise where differences are symmetric,
/// heavy tails included. Where a tail lies on one side, the mean of a few differences tends to miss
/// it; Hall's transformation allows for the skewness that they show (P. Hall, "On the removal of
/// skewness by transformation", Journal of the Royal Statistical Society B 54, 1992, section 2).
struct MeanBounds {
  std::size_t count = 0;
  double mean = 0;    ///< 0 without values
  double spread = 0;  ///< standard deviation of one value; 0 below two
  double lower = -std::numeric_limits<double>::infinity();  ///< infinite below two values
  double upper = std::numeric_limits<double>::infinity();
  double p_below = 1;  ///< one-sided p of the claim that the true mean is below 0
  double p_above = 1;  ///< and above 0; both 1 below two values, and for values that are all 0
};

/// values: finite. error: probability for each side, in (0, 0.5). Values that are all equal are
/// taken at their word: both bounds are the mean.
MeanBounds mean_bounds(std::span<const double> values, const Resampling& resampling = {},
                       double error = 0.05);

/// The wider of Student's and Hall's one-sided p of the claim that the mean is below 0.
/// standardised: mean / spread. factor: variance_factor(). skewness: adjusted sample skewness.
double p_of_mean_below(double standardised, double factor, double skewness, double freedom);

/// Adjusted skewness (G1: Joanes and Gill, The Statistician 47, 1998); 0 below three values or
/// where all are equal. values: finite.
double sample_skewness(std::span<const double> values);

}  // namespace terse::stats
