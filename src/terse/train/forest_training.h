// Forests that a device runs: grown by boosting on readings as int16, written as complete trees of
// int8 leaves, with what forests of other rows say of each training row.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/options.h"

namespace terse::train {

struct TrainedForest {
  model::Forest forest;  ///< of all rows
  /// Per row the sum of a forest of the same kind that did not see it, in the same units: what a
  /// decoder is to learn from. The forest's own sums are nearer to the training targets than any
  /// that it will send.
  std::vector<float> unseen_sums;
};

/// Ten folds, by options.split where it gives each row a fold: else (last, column) by blocks or at
/// random. Trees learn the standardised target, or of two classes which one it is, by squared
/// error. Throws OptionError for more than two classes and for trees of more than 256 features,
/// InputError for categories, for a gap in these rows and for targets that options.objective does
/// not take. on_round is called before each round and may throw to stop.
TrainedForest trained_forest(const data::Table& table, std::span<const std::uint32_t> rows,
                             const Options& options, const std::function<void(unsigned)>& on_round);

}  // namespace terse::train
