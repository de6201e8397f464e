// From generous levels to few: thresholds are taken away where that costs least per saved bit, the
// network trains on, and again.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "terse/allocate/level_table.h"
#include "terse/allocate/merge_cost.h"
#include "terse/train/joint.h"
#include "terse/train/options.h"
#include "terse/train/preparation.h"

namespace terse::allocate {

/// Bits of a message with these levels: sum of log2, what mixed-radix packing approaches.
double information_bits(std::span<const std::size_t> levels);

struct ShrinkOptions {
  double bits_end = 4.0;      ///< stop when there are no more
  double share = 0.12;        ///< of the bits, taken away between trainings
  unsigned epochs = 4;        ///< of training after each
  double temperature = 0.1;   ///< at which these begin
  double shift_share = 0.25;  ///< cost = max(loss rise, share of the shift)
};

/// The network after one round.
struct ShrinkPoint {
  LevelTable table;
  double bits = 0.0;  ///< information_bits
  double validation_loss = 0.0;
};

/// Which levels to merge now, to save at least `bits_to_save` at least cost (never below one
/// level). counts as in merged(). Each feature moves along its merges by the best ratio of cost and
/// bits.
std::vector<LevelGroups> cheapest_merges(const LevelTable& table,
                                         const std::vector<std::vector<Merge>>& merges,
                                         double bits_to_save, double shift_share);

/// Every round's network, the starting one first. validation: R x F standardised like prepared.
std::vector<ShrinkPoint> shrink(const train::Preparation& prepared, ConstMatrixView validation,
                                std::span<const float> validation_targets, LevelTable table,
                                const train::Options& training, const ShrinkOptions& options,
                                const train::Observer& observer = {},
                                const std::function<void(const ShrinkPoint&)>& on_point = {});

}  // namespace terse::allocate
