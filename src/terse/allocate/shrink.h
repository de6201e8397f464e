// The way from generous levels to few: levels are removed where that costs least per saved bit, the
// networks train on, and so on. Several networks shrink in step, each with rows of its own that
// measure the cost, so that no choice rests on the noise of one validation part.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "terse/allocate/level_choice.h"
#include "terse/allocate/level_table.h"
#include "terse/allocate/merge_cost.h"
#include "terse/allocate/merged_levels.h"
#include "terse/allocate/task.h"
#include "terse/allocate/training.h"
#include "terse/data/split.h"
#include "terse/train/observer.h"
#include "terse/train/options.h"

namespace terse::allocate {

/// How the levels to remove are chosen.
enum class Policy {
  pruning,      ///< costs measured, cheapest per bit first; trained on; measured again
  sensitivity,  ///< costs measured once, cheapest per bit first down to the budget
  exact,        ///< costs measured once, least sum of costs within the budget (knapsack.h)
  lasso,        ///< as pruning, but trained under a group lasso; costs are norms (lasso.h)
};

struct ShrinkOptions {
  Policy policy = Policy::pruning;
  double share = 0.12;        ///< of the bits, taken away between trainings
  unsigned epochs = 4;        ///< of training after each
  double temperature = 0.1;   ///< at which these begin
  double shift_share = 0.25;  ///< cost = max(loss rise, share of the shift)
};

/// One of the networks that shrink in step.
struct ShrinkingNetwork {
  LevelTable table;
  base::Matrix inputs;  ///< training rows, as TrainingRows
  std::vector<float> targets;
  std::vector<float> weights;  ///< of the training rows; empty: 1 each
  std::size_t copies = 1;
  base::Matrix measured;  ///< rows that merges are measured on
  std::vector<float> measured_targets;
  std::vector<float> measured_weights;  ///< empty: 1 each
  /// Positions of the training rows that say when trees stop (test), and of the others; nothing:
  /// drawn at random.
  std::optional<data::Split> stopping;
  bool counts = true;  ///< whether its costs count; otherwise it only follows
  /// Per feature and special level at the start the special level now; empty once it is not sent.
  std::vector<std::vector<std::size_t>> special;

  TrainingRows rows() const { return {inputs, targets, copies, weights}; }
  MeasuredRows measured_rows() const { return {measured, measured_targets, measured_weights}; }
};

/// Merges levels: one group per feature. The network is as good as before only where the merged
/// levels' rows were alike.
void merge(ShrinkingNetwork& network, std::span<const LevelGroups> groups);

/// Shrinks in step until a message has at most `bits`, which may take no step at all. round: of
/// training, for the seeds; counted on.
void shrink(std::vector<ShrinkingNetwork>& networks, double bits, const Task& task,
            const train::Options& training, const ShrinkOptions& options, std::uint64_t& round,
            const train::Observer& observer = {});

}  // namespace terse::allocate
