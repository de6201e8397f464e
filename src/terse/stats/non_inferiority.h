// A comparison of two methods over splits: better, as good within a margin, worse, or not told yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "terse/stats/mean_bounds.h"
#include "terse/stats/resampling.h"

namespace terse::stats {

/// The loss that a candidate may have above the reference: `share` of the reference's loss, and
/// `absolute`. Both at least 0.
struct Margin {
  double share = 0;
  double absolute = 0;
};

/// What the splits have shown. That no difference was found is not a finding: it is `unknown`.
enum class Verdict : std::uint8_t {
  better,        ///< the loss is below the reference's
  non_inferior,  ///< the loss is at most the margin above the reference's
  inferior,      ///< the loss is more than the margin above
  unknown        ///< none of them is shown yet
};

/// "better", "non-inferior", "inferior", "cannot tell yet".
std::string_view name(Verdict verdict);

/// Whether the candidate is shown to be as good as the reference, within the margin or better.
constexpr bool as_good(Verdict verdict) {
  return verdict == Verdict::better || verdict == Verdict::non_inferior;
}

/// Losses of both methods on the same splits, in the same order and number.
struct Pairs {
  std::span<const double> candidate;
  std::span<const double> reference;
};

/// One-sided p of the same claims by Wilcoxon's signed-rank test; see rank_check.h.
struct ExcessRanks {
  std::size_t used = 0;  ///< excesses other than 0
  double p_better = 1;
  double p_non_inferior = 1;
  double p_inferior = 1;
};

/// The findings of compare().
struct Comparison {
  std::size_t pairs = 0;     ///< splits that both methods finished
  std::size_t failed = 0;    ///< the candidate's loss is not finite, the reference's is
  std::size_t left_out = 0;  ///< the reference's loss is not finite: nothing to compare with
  double candidate = 0;      ///< mean losses over the pairs; 0 without any
  double reference = 0;
  double margin = 0;      ///< mean of what the candidate may have above the reference
  MeanBounds difference;  ///< candidate - reference, per split
  MeanBounds excess;      ///< candidate - (1 + share) * reference - absolute, per split
  ExcessRanks ranks;
  Resampling resampling;
  double error = 0.05;  ///< probability that a bound is wrong
  Verdict verdict = Verdict::unknown;
};

/// Compares over the splits. Losses are better the lower they are, and must not be negative where a
/// share is given. Each of the three claims errs with probability `error`, in (0, 0.5): better if
/// the upper bound of the difference is below 0, non-inferior if that of the excess is at most 0,
/// inferior if its lower bound is above 0. Better is only asked once non-inferior is shown. The
/// margin's own noise is part of the excess (Fieller's way with a ratio of means), so that a lucky
/// reference does not narrow it.
///
/// Below two pairs nothing is shown. Where the candidate failed on a split, nothing in its favour
/// is shown: leaving the failures out would choose among the results. Equal losses on every one of
/// at least two splits are non-inferior at any margin.
Comparison compare(const Pairs& losses, const Margin& margin, const Resampling& resampling = {},
                   double error = 0.05);

/// The verdict of a comparison whose claims have other p-values than its own, as with several
/// questions at once.
Verdict verdict_by(const Comparison& comparison, double p_better, double p_non_inferior,
                   double p_inferior);

}  // namespace terse::stats
