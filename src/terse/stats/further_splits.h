// The number of further splits that would turn "cannot tell yet" into a verdict.
#pragma once

#include <cstddef>
#include <cstdint>

#include "terse/stats/non_inferiority.h"

namespace terse::stats {

/// Kinds of answers about further splits.
enum class Further : std::uint8_t {
  not_needed,    ///< there is a verdict
  about,         ///< `splits` more
  more_than,     ///< more than `splits` more: the loss is very close to the margin
  more_rows,     ///< however many splits of these rows there are, they stay unsure
  not_estimable  ///< fewer than three pairs, or failures: the spread is not known well enough
};

/// An answer with its number; 0 for kinds without one.
struct FurtherSplits {
  Further kind = Further::not_needed;
  std::size_t splits = 0;
};

/// Taken into account at most, the splits that are there included.
inline constexpr std::size_t splits_max = 1000;

/// The fewest splits that would show on which side of the margin the loss is, with a probability of
/// 80 %, if the true difference and spread were the observed ones; minus those that are there. Both
/// are known as badly as the verdict itself, so take it as an order of magnitude. The sum of two
/// quantiles is the usual approximation of the power of a t-test (Cohen, "Statistical power
/// analysis", 1988, section 2.3).
FurtherSplits further_splits(const Comparison& comparison);

}  // namespace terse::stats
