// Rows as a network behind quantized features sees them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/quantize/thresholds.h"

namespace terse::compress {

/// Codes and targets.
struct CodedRows {
  std::size_t features = 0;
  std::vector<quantize::Code> codes;  ///< rows x features
  std::vector<float> targets;         ///< standardised, or class indices

  std::size_t rows() const { return targets.size(); }
  std::span<const quantize::Code> row(std::size_t index) const {
    return {codes.data() + index * features, features};
  }
};

/// These rows of a table with the model's features, in its order, and with its target.
CodedRows coded_rows(const model::Model& model, const data::Table& table,
                     std::span<const std::uint32_t> rows);

}  // namespace terse::compress
