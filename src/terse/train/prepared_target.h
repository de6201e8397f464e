// A target as training takes it: standardised numbers, or indices of classes with their weights.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "terse/data/split.h"
#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/options.h"

namespace terse::train {

struct PreparedTarget {
  data::Scaler scaler;               ///< one column of the target; classes, poisson: deviation 1
  std::vector<float> values;         ///< rows, as standardised_target(), or class indices
  std::vector<float> class_weights;  ///< per class, or empty: 1 each
  double weight = 1.0;               ///< of its loss among those of several targets
};

/// Of these rows. index: of Table::target_view(); row_weights: of the rows, or empty. Throws
/// InputError for values that the objective does not take, in any row of the table.
PreparedTarget prepared_target(const data::Table& table, std::size_t index,
                               std::span<const std::uint32_t> rows, const Options& options,
                               std::span<const float> row_weights);

/// Throws OptionError for a weight of something that is not one of several targets.
void check_target_weights(const data::Table& table, const Options& options);

/// What a network learns of a target: the standardised value, or its logarithm, standardised;
/// poisson: the value over the mean of the training rows.
float standardised_target(float target, const Objective& objective, const data::Scaler& scaler);

/// The meaning of the outputs of one target.
std::variant<model::Number, model::Classes> output_of_target(
    const std::vector<std::string>& classes, const data::Scaler& scaler,
    const Objective& objective);

}  // namespace terse::train
