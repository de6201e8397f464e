// A network on codes: a look-up table instead of the first layer, then dense layers.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "terse/inference/parameters.h"
#include "terse/model/decoder/shape.h"

namespace terse::model::decoder {

struct Lookup {
  static constexpr std::string_view name = "network";
  static constexpr int format_version = 1;

  /// One row of first-layer sums per feature and level, feature after feature: (sum of levels) x
  /// units.
  base::Matrix table;
  /// units: what is added to the sum of the table's rows.
  std::vector<float> bias;
  /// The layers after the table; ReLU before each.
  std::vector<inference::DenseLayer> layers;

  std::size_t outputs() const { return layers.back().bias.size(); }
  std::vector<safetensors::Tensor> tensors() const;
  std::unique_ptr<Runner> runner(const Shape& shape, std::size_t batch_rows_max,
                                 const MakeProducts& products) const;

  static bool stored_in(const safetensors::TensorReader& reader, const Shape& shape);
  /// Throws InputError naming the tensor.
  static Lookup read(safetensors::TensorReader& reader, const Shape& shape);
};

}  // namespace terse::model::decoder
