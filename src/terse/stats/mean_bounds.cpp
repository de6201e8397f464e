#include "terse/stats/mean_bounds.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "terse/base/error.h"
#include "terse/stats/interval.h"

namespace terse::stats {
namespace {

// Central moments of values divided by the largest of them, so that no square leaves the range of
// double.
struct Moments {
  double scale = 0;  // 0: all values are 0
  double mean = 0;
  double spread = 0;
  double skewness = 0;
};

Moments moments_of(std::span<const double> values) {
  Moments moments;
  for (const double value : values) moments.scale = std::max(moments.scale, std::abs(value));
  if (moments.scale == 0) return moments;
  const auto count = static_cast<double>(values.size());
  for (const double value : values) moments.mean += value / moments.scale;
  moments.mean /= count;
  const bool equal = std::ranges::all_of(values, [&](double v) { return v == values.front(); });
  if (equal) {  // rounding of the mean is not a spread
    moments.mean = values.front() / moments.scale;
    return moments;
  }
  double squares = 0;
  double cubes = 0;
  for (const double value : values) {
    const double difference = value / moments.scale - moments.mean;
    squares += difference * difference;
    cubes += difference * difference * difference;
  }
  moments.spread = std::sqrt(squares / (count - 1));
  if (values.size() < 3) return moments;
  const double third = cubes * count / ((count - 1) * (count - 2));
  const double skewness = third / (moments.spread * moments.spread * moments.spread);
  if (std::isfinite(skewness)) moments.skewness = skewness;
  return moments;
}

// Hall's transformation T3 of (mean - true mean) / spread, without the factor sqrt(1 / factor); a
// rising function.
double halls(double w, double factor, double skewness) {
  const double g = skewness;
  return w + g * w * w / 3 + g * g * w * w * w / 27 + g * factor / 6;
}

double inverse_of_halls(double x, double factor, double skewness) {
  const double shifted = x - skewness * factor / 6;
  // The cubic is a line as far as double can tell.
  if (std::abs(skewness) < 1e-6) return shifted;
  return 3 / skewness * (std::cbrt(1 + skewness * shifted) - 1);
}

// How far the true mean may lie above the observed one, in spreads.
double reach_above(double factor, double skewness, double quantile) {
  const double student = quantile * std::sqrt(factor);
  return std::max(student, -inverse_of_halls(-student, factor, skewness));
}

}  // namespace

double sample_skewness(std::span<const double> values) {
  return moments_of(values).skewness;
}

double p_of_mean_below(double standardised, double factor, double skewness, double freedom) {
  const double root = std::sqrt(factor);
  return std::max(t_below(standardised / root, freedom),
                  t_below(halls(standardised, factor, skewness) / root, freedom));
}

MeanBounds mean_bounds(std::span<const double> values, const Resampling& resampling, double error) {
  TERSE_CHECK(error > 0 && error < 0.5);
  MeanBounds result;
  result.count = values.size();
  if (values.empty()) return result;
  const Moments moments = moments_of(values);
  result.mean = moments.mean * moments.scale;
  result.spread = moments.spread * moments.scale;
  if (values.size() < 2) return result;
  if (moments.spread == 0) {
    result.lower = result.upper = result.mean;
    result.p_below = result.mean < 0 ? 0 : 1;
    result.p_above = result.mean > 0 ? 0 : 1;
    return result;
  }
  const auto freedom = static_cast<double>(values.size() - 1);
  const double factor = variance_factor(values.size(), resampling);
  const double quantile = t_quantile(1 - error, freedom);
  const double skewness = moments.skewness;
  result.upper = result.mean + result.spread * reach_above(factor, skewness, quantile);
  result.lower = result.mean - result.spread * reach_above(factor, -skewness, quantile);
  const double standardised = moments.mean / moments.spread;
  result.p_below = p_of_mean_below(standardised, factor, skewness, freedom);
  result.p_above = p_of_mean_below(-standardised, factor, -skewness, freedom);
  return result;
}

}  // namespace terse::stats
