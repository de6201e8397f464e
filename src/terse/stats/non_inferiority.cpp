#include "terse/stats/non_inferiority.h"

#include <cmath>
#include <vector>

#include "terse/base/error.h"
#include "terse/stats/rank_test.h"

namespace terse::stats {
namespace {

bool all_equal_losses(const Comparison& comparison) {
  const MeanBounds& difference = comparison.difference;
  return difference.count >= 2 && difference.mean == 0 && difference.spread == 0;
}

}  // namespace

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::better:
      return "better";
    case Verdict::non_inferior:
      return "non-inferior";
    case Verdict::inferior:
      return "inferior";
    case Verdict::unknown:
      break;
  }
  return "cannot tell yet";
}

Verdict verdict_by(const Comparison& comparison, double p_better, double p_non_inferior,
                   double p_inferior) {
  const double error = comparison.error;
  if (p_inferior <= error) return Verdict::inferior;
  if (comparison.failed > 0) return Verdict::unknown;
  if (p_non_inferior > error && !all_equal_losses(comparison)) return Verdict::unknown;
  return p_better <= error ? Verdict::better : Verdict::non_inferior;
}

Comparison compare(const Pairs& losses, const Margin& margin, const Resampling& resampling,
                   double error) {
  TERSE_CHECK(losses.candidate.size() == losses.reference.size());
  TERSE_CHECK(margin.share >= 0 && margin.absolute >= 0 && resampling.test_per_train >= 0);
  Comparison result;
  result.resampling = resampling;
  result.error = error;
  std::vector<double> candidate, reference, difference, excess;
  for (std::size_t i = 0; i < losses.candidate.size(); ++i) {
    const double allowed = losses.reference[i] * (1 + margin.share) + margin.absolute;
    if (!std::isfinite(allowed)) {
      ++result.left_out;
    } else if (!std::isfinite(losses.candidate[i] - allowed)) {
      ++result.failed;
    } else {
      candidate.push_back(losses.candidate[i]);
      reference.push_back(losses.reference[i]);
      difference.push_back(losses.candidate[i] - losses.reference[i]);
      excess.push_back(losses.candidate[i] - allowed);
    }
  }
  result.pairs = candidate.size();
  result.difference = mean_bounds(difference, resampling, error);
  result.excess = mean_bounds(excess, resampling, error);
  const RankTest below = signed_rank_test(excess, Side::below);
  result.ranks = {below.used, signed_rank_test(difference, Side::below).p, below.p,
                  signed_rank_test(excess, Side::above).p};
  if (result.pairs > 0) {
    // Whose sums may leave the range of double.
    result.candidate = mean_bounds(candidate).mean;
    result.reference = mean_bounds(reference).mean;
    result.margin = margin.share * result.reference + margin.absolute;
  }
  result.verdict =
      verdict_by(result, result.difference.p_below, result.excess.p_below, result.excess.p_above);
  return result;
}

}  // namespace terse::stats
