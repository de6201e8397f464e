// A network on readings in full precision: every layer dense.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "terse/inference/parameters.h"
#include "terse/model/decoder/shape.h"

namespace terse::model::decoder {

struct FullPrecision {
  static constexpr std::string_view name = "network";
  static constexpr int format_version = 1;

  /// The first takes Shape::inputs; ReLU after every layer but the last.
  std::vector<inference::DenseLayer> layers;

  std::size_t outputs() const { return layers.back().bias.size(); }
  std::vector<safetensors::Tensor> tensors() const;
  std::unique_ptr<Runner> runner(const Shape& shape, std::size_t batch_rows_max,
                                 const MakeProducts& products) const;

  static bool stored_in(const safetensors::TensorReader& reader, const Shape& shape);
  /// Throws InputError naming the tensor.
  static FullPrecision read(safetensors::TensorReader& reader, const Shape& shape);
};

}  // namespace terse::model::decoder
