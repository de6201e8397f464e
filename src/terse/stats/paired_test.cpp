#include "terse/stats/paired_test.h"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <vector>

#include "terse/base/error.h"
#include "terse/stats/interval.h"

namespace terse::stats {
namespace {

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

}  // namespace terse::stats
