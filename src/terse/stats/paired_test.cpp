#include "terse/stats/paired_test.h"

#include <cmath>
#include <vector>

#include "terse/base/error.h"
#include "terse/stats/interval.h"

namespace terse::stats {
namespace {

struct Pairs {
  std::vector<double> first;
  std::vector<double> second;
};

Pairs complete_pairs(std::span<const double> first, std::span<const double> second) {
  TERSE_CHECK(first.size() == second.size());
  Pairs pairs;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (std::isnan(first[i]) || std::isnan(second[i])) continue;
    pairs.first.push_back(first[i]);
    pairs.second.push_back(second[i]);
  }
  return pairs;
}

}  // namespace

PairedDifference paired_difference(std::span<const double> first, std::span<const double> second) {
  TERSE_CHECK(first.size() == second.size());
  std::vector<double> differences;
  for (std::size_t i = 0; i < first.size(); ++i) differences.push_back(first[i] - second[i]);
  PairedDifference result{differences.size(), mean_of(differences), 0};
  if (result.pairs > 1) result.standard_error = standard_error(differences, result.mean);
  return result;
}

double paired_t_test(std::span<const double> first, std::span<const double> second) {
  const Pairs pairs = complete_pairs(first, second);
  const PairedDifference difference = paired_difference(pairs.first, pairs.second);
  if (difference.pairs < 2 || difference.mean == 0) return 1;
  if (difference.standard_error == 0) return 0;
  return t_two_sided(difference.mean / difference.standard_error,
                     static_cast<double>(difference.pairs - 1));
}

double paired_ratio(std::span<const double> first, std::span<const double> second) {
  const Pairs pairs = complete_pairs(first, second);
  return mean_of(pairs.first) / mean_of(pairs.second);
}

}  // namespace terse::stats
