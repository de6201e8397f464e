// A network of small integers on codes: the look-up table and every layer after it, with 8-bit
// activations between them.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "terse/model/decoder/integer_layer.h"
#include "terse/model/decoder/lookup.h"
#include "terse/model/decoder/shape.h"

namespace terse::model::decoder {

struct Integers {
  static constexpr std::string_view name = "network";
  static constexpr int format_version = 3;

  /// The look-up table, then at least one layer.
  std::vector<IntegerLayer> layers;

  std::size_t outputs() const { return layers.back().outputs; }
  /// The network that the integers stand for, its activations unrounded: weights are integer *
  /// scale.
  Lookup in_floats() const;
  /// Packed integers come last.
  std::vector<safetensors::Tensor> tensors() const;
  std::unique_ptr<Runner> runner(const Shape& shape, std::size_t batch_rows_max,
                                 const MakeProducts& products) const;

  static bool stored_in(const safetensors::TensorReader& reader, const Shape& shape);
  /// Throws InputError naming the tensor.
  static Integers read(safetensors::TensorReader& reader, const Shape& shape);
};

}  // namespace terse::model::decoder
