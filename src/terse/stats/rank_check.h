// A check of a verdict by ranks, which tails do not move: whether a few splits decide it.
#pragma once

#include <cstdint>

#include "terse/stats/non_inferiority.h"

namespace terse::stats {

/// The answer of the ranks.
enum class RankCheck : std::uint8_t {
  too_few,            ///< fewer than five differences: ranks show nothing at 5 %
  agrees,             ///< with the claim, or shows nothing either
  few_splits_decide,  ///< the mean shows what the splits by and large do not
  few_splits_hinder   ///< nearly all splits say the same, a few far away keep the mean unsure
};

/// Wilcoxon's signed-rank test of the verdict's claim, at the same error. The verdict is about the
/// mean loss, and stays as it is: where the ranks do not agree, look at the splits and rows that
/// decide (deciding_row.h) before you believe it.
RankCheck rank_check(const Comparison& comparison);

}  // namespace terse::stats
