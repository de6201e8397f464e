// A network and trees on the same codes whose outputs are added: several decoders, each weighed, in
// one. Weights are part of the last layer and of the leaves.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "terse/model/decoder/lookup.h"
#include "terse/model/decoder/shape.h"
#include "terse/model/decoder/trees.h"

namespace terse::model::decoder {

struct Stack {
  static constexpr std::string_view name = "stack";
  static constexpr int format_version = 5;

  Lookup network;
  Trees trees;  ///< with as many outputs

  std::size_t outputs() const { return network.outputs(); }
  std::vector<safetensors::Tensor> tensors() const;
  std::unique_ptr<Runner> runner(const Shape& shape, std::size_t batch_rows_max,
                                 const MakeProducts& products) const;

  static bool stored_in(const safetensors::TensorReader& reader, const Shape& shape);
  /// Throws InputError naming the tensor.
  static Stack read(safetensors::TensorReader& reader, const Shape& shape);
};

}  // namespace terse::model::decoder
