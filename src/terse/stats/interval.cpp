#include "terse/stats/interval.h"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "terse/base/error.h"

namespace terse::stats {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? nan : sum / static_cast<double>(values.size());
}

double standard_error(std::span<const double> values, double mean) {
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const auto count = static_cast<double>(values.size());
  return std::sqrt(squares / (count - 1) / count);
}

double t_quantile(double p, double freedom) {
  TERSE_CHECK(p > 0 && p < 1 && freedom > 0);
  return boost::math::quantile(boost::math::students_t(freedom), p);
}

double t_two_sided(double t, double freedom) {
  TERSE_CHECK(freedom > 0);
  const boost::math::students_t student(freedom);
  return 2 * boost::math::cdf(boost::math::complement(student, std::abs(t)));
}

double t_below(double t, double freedom) {
  TERSE_CHECK(freedom > 0);
  return boost::math::cdf(boost::math::students_t(freedom), t);
}

Interval t_interval(std::span<const double> values) {
  std::vector<double> present;
  for (const double value : values) {
    if (!std::isnan(value)) present.push_back(value);
  }
  Interval result{mean_of(present), nan};
  if (present.size() < 2) return result;
  result.half_width = t_quantile(0.975, static_cast<double>(present.size() - 1)) *
                      standard_error(present, result.mean);
  return result;
}

}  // namespace terse::stats
