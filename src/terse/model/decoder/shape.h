// The inputs and outputs of a model's decoder: all that it knows of the model around it.
#pragma once

#include <cstddef>
#include <vector>

#include "terse/model/decoder/output.h"
#include "terse/quantize/method.h"

namespace terse::model::decoder {

struct Shape {
  quantize::Method method = quantize::Method::bw_sq;
  std::vector<std::size_t> levels = {};  ///< per feature; 1 each in full precision
  /// Full precision: inputs per row, the standardised readings (0 in a gap, 0 for categories), then
  /// one per special level of a feature, 1 if it applies.
  std::size_t inputs = 0;
  bool plain = true;  ///< readings are numbers and none may be missing
  Output output = Number{};

  bool full_precision() const { return quantize::full_precision(method); }
};

}  // namespace terse::model::decoder
