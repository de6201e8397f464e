#include "terse/stats/loss_ratio.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "terse/base/error.h"

namespace terse::stats {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<double> ascending_ratios(const Pairs& losses) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < losses.candidate.size(); ++i) {
    const double candidate = losses.candidate[i];
    const double reference = losses.reference[i];
    if (!std::isfinite(candidate) || !std::isfinite(reference)) continue;
    if (candidate < 0 || reference < 0) continue;
    const bool both_zero = candidate == 0 && reference == 0;
    ratios.push_back(both_zero ? 1 : reference == 0 ? infinity : candidate / reference);
  }
  std::ranges::sort(ratios);
  return ratios;
}

std::optional<double> if_finite(double value) {
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

// Rank, from 1, of the interval's lower end: as high as 2.5 % on each side allow; 0: there is none.
std::size_t lower_rank(std::size_t count) {
  const boost::math::binomial fair(static_cast<double>(count), 0.5);
  std::size_t rank = 0;
  while (boost::math::cdf(fair, static_cast<double>(rank)) <= 0.025) ++rank;
  return rank;
}

// Whether the candidate is shown to lose at most `factor` times as much.
bool shown(const std::vector<double>& candidate, const std::vector<double>& reference,
           double factor, const Resampling& resampling, double error) {
  std::vector<double> excess(candidate.size());
  for (std::size_t i = 0; i < excess.size(); ++i) excess[i] = candidate[i] - factor * reference[i];
  const MeanBounds bounds = mean_bounds(excess, resampling, error);
  return bounds.upper <= 0;
}

}  // namespace

MedianRatio median_ratio(const Pairs& losses) {
  TERSE_CHECK(losses.candidate.size() == losses.reference.size());
  const std::vector<double> ratios = ascending_ratios(losses);
  MedianRatio result;
  result.pairs = ratios.size();
  if (ratios.empty()) return result;
  const std::size_t low = (ratios.size() - 1) / 2;
  const std::size_t high = ratios.size() / 2;
  result.median = if_finite(low == high ? ratios[low] : ratios[low] / 2 + ratios[high] / 2);
  if (const std::size_t rank = lower_rank(ratios.size())) {
    result.lower = if_finite(ratios[rank - 1]);
    result.upper = if_finite(ratios[ratios.size() - rank]);
  }
  return result;
}

std::optional<double> ratio_at_most(const Pairs& losses, const Resampling& resampling,
                                    double error) {
  TERSE_CHECK(losses.candidate.size() == losses.reference.size());
  std::vector<double> candidate, reference;
  for (std::size_t i = 0; i < losses.candidate.size(); ++i) {
    if (!std::isfinite(losses.reference[i])) continue;
    if (!std::isfinite(losses.candidate[i])) return std::nullopt;
    candidate.push_back(losses.candidate[i]);
    reference.push_back(losses.reference[i]);
  }
  if (candidate.size() < 2) return std::nullopt;
  // Doubling finds a factor that is met, halving the first one.
  double met = 1;
  while (!shown(candidate, reference, met, resampling, error)) {
    met *= 2;
    if (met > 0x1p40) return std::nullopt;
  }
  double missed = 0;
  for (int step = 0; step < 100 && met - missed > 1e-12 * met; ++step) {
    const double middle = missed + (met - missed) / 2;
    (shown(candidate, reference, middle, resampling, error) ? met : missed) = middle;
  }
  return met;
}

}  // namespace terse::stats
