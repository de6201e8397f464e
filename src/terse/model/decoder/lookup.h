// Networks on codes: a look-up table instead of the first layer, then dense layers.
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

/// TabM: several networks, the submodels, that share the table and the weights of the layers after
/// it; the output is the mean of theirs. A submodel has signs, biases and a last layer of its own.
struct Tabm {
  static constexpr std::string_view name = "tabm";
  static constexpr int format_version = 6;

  /// A layer of all submodels; ReLU before it.
  struct Layer {
    base::Matrix weights;  ///< outputs x inputs
    base::Matrix bias;     ///< submodels x outputs
  };

  base::Matrix table;  ///< as Lookup's
  base::Matrix signs;  ///< submodels x F, 1 or -1: a submodel adds or subtracts a feature's row
  base::Matrix bias;   ///< submodels x units: what is added to these sums
  std::vector<Layer> layers;
  /// Takes the units of all submodels, one after the other; ReLU before it.
  inference::DenseLayer head;

  std::size_t submodels() const { return signs.rows(); }
  std::size_t outputs() const { return head.bias.size(); }
  std::vector<safetensors::Tensor> tensors() const;
  std::unique_ptr<Runner> runner(const Shape& shape, std::size_t batch_rows_max,
                                 const MakeProducts& products) const;

  static bool stored_in(const safetensors::TensorReader& reader, const Shape& shape);
  /// Throws InputError naming the tensor.
  static Tabm read(safetensors::TensorReader& reader, const Shape& shape);
};

/// Limits of files, so that predicting has memory: submodels; different columns of signs; units of
/// all submodels together.
inline constexpr std::size_t submodels_max = 64;
inline constexpr std::size_t sign_groups_max = 32;
inline constexpr std::size_t stacked_units_max = 65'536;

}  // namespace terse::model::decoder
