// Preparation of raw rows for the trainer: standardised inputs and targets, starting thresholds,
// and for the methods that quantize before training the midpoint values in place of the readings.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "terse/data/split.h"
#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/options.h"
#include "terse/train/prepared_target.h"
#include "terse/train/tree_start.h"

namespace terse::train {

struct Preparation {
  std::vector<model::Feature> features;
  data::Scaler target_scaler;  ///< one column of target_value(); classes, poisson: deviation 1
  base::Matrix inputs;         ///< rows x F, standardised, or midpoint values (pr-*)
  std::vector<float> targets;  ///< rows, as standardised_target(), or class indices
  std::vector<float> class_weights;         ///< per class, or empty: 1 each
  std::vector<float> weights;               ///< of rows, mean 1, as targets; empty: 1 each
  quantize::Thresholds thresholds;          ///< standardised units; no features for fp
  quantize::Thresholds trainer_thresholds;  ///< the same if the trainer steps over them, else empty
  std::vector<std::size_t> numeric_levels;  ///< per feature, without its special levels
  std::vector<std::vector<float>> midpoints;  ///< po-*, pr-*: per feature the value of each code
  /// With gaps or categories: inputs have copies * rows rows, and behind the F columns one per
  /// special level, each with a threshold of its own in trainer_thresholds (special_inputs.h).
  std::size_t copies = 1;
  std::vector<bool> special_trained;
  double target_weight = 1.0;  ///< of the first of several targets
  /// Those besides the first: scalers, values (in copies as `targets`), weights.
  std::vector<PreparedTarget> further_targets;
  /// With options.midway, as model::FoldInput has them; else none.
  std::vector<std::vector<float>> readings;

  /// Every target, as tree_thresholds() takes them; valid while this is.
  std::vector<WeightedTarget> weighted_targets() const;
};

/// Everything is estimated from the given rows alone: nothing of the test part leaks.
/// on_round: while trees grow for --start tree, as in tree_thresholds().
Preparation prepare(const data::Table& table, std::span<const std::uint32_t> rows,
                    const Options& options, const std::function<void(unsigned)>& on_round = {});

/// Per feature the different readings of these rows, raw units, ascending; none of categories.
std::vector<std::vector<float>> distinct_readings(const data::Table& table,
                                                  std::span<const std::uint32_t> rows);

/// The meaning of the outputs of a model of the table's target, or of all its targets.
model::Output output_of(const data::Table& table, const Preparation& prepared,
                        const Objective& objective);

}  // namespace terse::train
