// The ratio of two methods' losses over splits, in the middle and at most.
#pragma once

#include <cstddef>
#include <optional>

#include "terse/stats/non_inferiority.h"

namespace terse::stats {

/// The median of candidate / reference, with the narrowest interval between two of the ratios that
/// covers the true median with a probability of at least 95 %.
struct MedianRatio {
  std::size_t pairs = 0;         ///< finite losses, neither below 0
  std::optional<double> median;  ///< nothing without pairs, or where it is infinite
  std::optional<double> lower;   ///< nothing below six pairs, which no such interval exists for
  std::optional<double> upper;   ///< nothing below six pairs, or where it is infinite
};

/// The interval asks nothing of the distribution: each split's ratio lies below the true median as
/// often as above it (Hahn, Meeker, "Statistical intervals", 1991, section 5.2). Splits that share
/// rows make it too narrow. A reference of 0 gives the ratio 1 if the candidate's loss is 0, too,
/// and an infinite one otherwise.
MedianRatio median_ratio(const Pairs& losses);

/// The smallest factor f for which a margin of f - 1 would be met: with probability 1 - error the
/// candidate's mean loss is at most f times the reference's. Below 1 for a candidate that is
/// better. The same evidence as compare(); nothing if any candidate failed, below two pairs, or
/// where the reference is not told from 0, so that every factor may be exceeded.
std::optional<double> ratio_at_most(const Pairs& losses, const Resampling& resampling = {},
                                    double error = 0.05);

}  // namespace terse::stats
