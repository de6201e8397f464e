#include "terse/stats/rank_check.h"

namespace terse::stats {

RankCheck rank_check(const Comparison& comparison) {
  constexpr std::size_t ranked_min = 5;
  const ExcessRanks& ranks = comparison.ranks;
  if (ranks.used < ranked_min) return RankCheck::too_few;
  const auto shown = [&](double p) { return p <= comparison.error; };
  switch (comparison.verdict) {
    case Verdict::better:
      return shown(ranks.p_better) ? RankCheck::agrees : RankCheck::few_splits_decide;
    case Verdict::non_inferior:
      return shown(ranks.p_non_inferior) ? RankCheck::agrees : RankCheck::few_splits_decide;
    case Verdict::inferior:
      return shown(ranks.p_inferior) ? RankCheck::agrees : RankCheck::few_splits_decide;
    case Verdict::unknown:
      break;
  }
  return shown(ranks.p_non_inferior) || shown(ranks.p_inferior) ? RankCheck::few_splits_hinder
                                                                : RankCheck::agrees;
}

}  // namespace terse::stats
