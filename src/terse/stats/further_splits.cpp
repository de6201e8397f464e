#include "terse/stats/further_splits.h"

#include <algorithm>
#include <cmath>

#include "terse/stats/interval.h"

namespace terse::stats {
namespace {

constexpr double power = 0.8;
constexpr std::size_t pairs_min = 3;

// Distance from the margin, in spreads, that `splits` splits tell from 0.
double told(std::size_t splits, const Comparison& comparison) {
  const auto freedom = static_cast<double>(splits - 1);
  const double quantiles = t_quantile(1 - comparison.error, freedom) + t_quantile(power, freedom);
  return quantiles *
         std::sqrt(expected_variance_factor(splits, comparison.pairs, comparison.resampling));
}

// The same with splits without end: nothing is left but what they share.
double told_at_last(const Comparison& comparison) {
  constexpr double nearly_normal = 1e6;
  const Resampling& resampling = comparison.resampling;
  const double kept = resampling.share_of_rows / static_cast<double>(comparison.pairs);
  return (t_quantile(1 - comparison.error, nearly_normal) + t_quantile(power, nearly_normal)) *
         std::sqrt(resampling.test_per_train + kept);
}

}  // namespace

FurtherSplits further_splits(const Comparison& comparison) {
  if (comparison.verdict != Verdict::unknown) return {Further::not_needed, 0};
  const MeanBounds& excess = comparison.excess;
  // Values that are all equal without a verdict lie on the margin itself.
  if (comparison.failed > 0 || comparison.pairs < pairs_min || excess.spread == 0) {
    return {Further::not_estimable, 0};
  }
  const double distance = std::abs(excess.mean) / excess.spread;
  if (distance <= told_at_last(comparison)) {
    const Resampling& resampling = comparison.resampling;
    if (resampling.test_per_train > 0 || resampling.share_of_rows > 0) {
      return {Further::more_rows, 0};
    }
    return {Further::more_than, splits_max - std::min(splits_max, comparison.pairs)};
  }
  std::size_t too_few = comparison.pairs;
  if (too_few >= splits_max || distance < told(splits_max, comparison)) {
    return {Further::more_than, splits_max - std::min(splits_max, too_few)};
  }
  std::size_t enough = splits_max;
  while (enough - too_few > 1) {
    const std::size_t middle = too_few + (enough - too_few) / 2;
    (distance >= told(middle, comparison) ? enough : too_few) = middle;
  }
  return {Further::about, enough - comparison.pairs};
}

}  // namespace terse::stats
