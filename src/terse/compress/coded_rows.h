// Rows as a network behind quantized features sees them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "terse/data/table.h"
#include "terse/inference/loss.h"
#include "terse/model/model.h"
#include "terse/quantize/thresholds.h"

namespace terse::compress {

/// Codes and targets, and how a prediction of one is judged.
struct CodedRows {
  std::size_t features = 0;
  std::vector<quantize::Code> codes;  ///< rows x features
  std::vector<float> targets;         ///< as train::standardised_target(), or class indices
  std::vector<float> weights = {};    ///< that losses are multiplied by; empty: 1 each
  inference::Loss loss = inference::Loss::squared_error;
  double quantile = 0.5;  ///< of Loss::quantile

  std::size_t rows() const { return targets.size(); }
  std::span<const quantize::Code> row(std::size_t index) const {
    return {codes.data() + index * features, features};
  }
};

/// How much each row of the table counts: its own weight, times that of its class if the model was
/// trained with balanced class weights; the mean over the training rows is 1. Empty: all the same.
std::vector<float> row_weights(const model::Model& model, const data::Table& table,
                               std::span<const std::uint32_t> training);

/// These rows of a table with the model's features, in its order, and with its target; the loss is
/// what the model was trained for. weights: of all rows of the table, or empty.
CodedRows coded_rows(const model::Model& model, const data::Table& table,
                     std::span<const std::uint32_t> rows, std::span<const float> weights = {});

}  // namespace terse::compress
