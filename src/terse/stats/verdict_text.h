// A comparison as a line for people: the verdict, then the figures it rests on.
#pragma once

#include <string>
#include <string_view>

#include "terse/stats/further_splits.h"
#include "terse/stats/non_inferiority.h"

namespace terse::stats {

/// For instance "non-inferior: loss 0.0512 against 0.0505, higher by 0.0007, at most 0.0009 (95 %,
/// 10 splits); margin 0.001", or "cannot tell yet: ...; about 14 further splits would tell". Never
/// a NaN or an infinity. pair: what the pairs are, "split" or "fold".
std::string verdict_text(const Comparison& comparison, std::string_view pair = "split");

/// "about 14 further splits would tell"; empty where no number of them is known.
std::string further_text(const FurtherSplits& further, std::string_view pair = "split");

}  // namespace terse::stats
