#include "terse/study/statistics.h"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "terse/error.h"

namespace terse::study {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? nan : sum / static_cast<double>(values.size());
}

// Standard error of the mean; at least two values.
double standard_error(std::span<const double> values, double mean) {
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const auto count = static_cast<double>(values.size());
  return std::sqrt(squares / (count - 1) / count);
}

struct Pairs {
  std::vector<double> first;
  std::vector<double> second;
  std::vector<double> differences;
};

Pairs complete_pairs(std::span<const double> first, std::span<const double> second) {
  TERSE_CHECK(first.size() == second.size());
  Pairs pairs;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (std::isnan(first[i]) || std::isnan(second[i])) continue;
    pairs.first.push_back(first[i]);
    pairs.second.push_back(second[i]);
    pairs.differences.push_back(first[i] - second[i]);
  }
  return pairs;
}

}  // namespace

double t_quantile(double p, double freedom) {
  TERSE_CHECK(p > 0 && p < 1 && freedom > 0);
  return boost::math::quantile(boost::math::students_t(freedom), p);
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

double paired_t_test(std::span<const double> first, std::span<const double> second) {
  const std::vector<double> differences = complete_pairs(first, second).differences;
  if (differences.size() < 2) return 1;
  const double mean = mean_of(differences);
  if (mean == 0) return 1;
  const double error = standard_error(differences, mean);
  if (error == 0) return 0;
  const boost::math::students_t student(static_cast<double>(differences.size() - 1));
  return 2 * boost::math::cdf(boost::math::complement(student, std::abs(mean) / error));
}

double paired_ratio(std::span<const double> first, std::span<const double> second) {
  const Pairs pairs = complete_pairs(first, second);
  return mean_of(pairs.first) / mean_of(pairs.second);
}

}  // namespace terse::study
