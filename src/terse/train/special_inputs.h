// Gaps and categories in training. Each special level of a feature (a category, "unseen",
// "missing") is one more input of the network, 1 in the rows it applies to, in place of the
// feature's own steps or value, which are then 0. To the trainer such an input is a feature with
// one threshold that no reading is near.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "terse/data/split.h"
#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/options.h"

namespace terse::train {

/// Names, units and special levels of the table's features; mean and deviation stay open. A feature
/// has a level for gaps if the table has one in it, or if readings are dropped on purpose, and if
/// it is sent. Throws InputError for levels of a categorical feature, and if a feature has no room
/// for its levels.
std::vector<model::Feature> special_features(const data::Table& table, const Options& options,
                                             std::span<const std::size_t> levels);

/// rows x F: the readings, with the feature's own readings of other rows in the gaps, so that
/// extremes and, nearly, quantiles are those of the readings there are; 0 for categories.
base::Matrix filled_readings(const data::Table& table, std::span<const std::uint32_t> rows);

/// As data::fit_scaler, from the readings there are; mean 0 and deviation 1 for categories and for
/// a feature without any reading.
data::Scaler fit_present(const data::Table& table, std::span<const std::uint32_t> rows);

/// The form of special inputs in the network: steps over a threshold, or a plain value.
enum class SpecialKind : std::uint8_t { step, value };

struct SpecialInputs {
  base::Matrix inputs;        ///< copies * rows x (F + special levels)
  std::size_t copies = 1;     ///< of all rows, each with other readings dropped
  std::vector<bool> trained;  ///< per special level: whether an input row has it
};

/// inputs: rows x F as the method takes them, without gaps (filled). With options.drop_rate each
/// copy has that share of its readings replaced by "missing", and with an unseen level that share
/// of its categories (or one in fifty, if that is more) by "unseen".
SpecialInputs special_inputs(const data::Table& table, std::span<const std::uint32_t> rows,
                             const std::vector<model::Feature>& features,
                             base::ConstMatrixView inputs, SpecialKind kind,
                             const Options& options);

}  // namespace terse::train
