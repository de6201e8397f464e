#include "terse/model/decoder/dense_layers.h"

#include <fmt/core.h>

#include <algorithm>

#include "terse/base/error.h"

namespace terse::model::decoder {
namespace {

constexpr std::size_t units_max = 65'536;  // predicting keeps 1024 rows of them in memory

}  // namespace

safetensors::Tensor matrix_tensor(std::string name, const base::Matrix& matrix) {
  return {std::move(name),
          {matrix.rows(), matrix.columns()},
          {matrix.values().begin(), matrix.values().end()}};
}

base::Matrix matrix_of(const safetensors::Tensor& tensor) {
  base::Matrix matrix(tensor.shape[0], tensor.shape[1]);
  std::ranges::copy(tensor.values, matrix.values().begin());
  return matrix;
}

void add_tensors(const std::vector<inference::DenseLayer>& layers,
                 std::vector<safetensors::Tensor>& tensors) {
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const inference::DenseLayer& layer = layers[l];
    tensors.push_back(matrix_tensor(fmt::format("layers.{}.weight", l), layer.weights));
    tensors.push_back({fmt::format("layers.{}.bias", l), {layer.bias.size()}, layer.bias});
  }
}

void check_units(std::size_t units, const std::string& tensor,
                 const safetensors::TensorReader& reader) {
  if (units >= 1 && units <= units_max) return;
  reader.refuse(tensor, fmt::format("has {} units, not 1 to {}", units, units_max));
}

// The layers end where there are as many outputs as the task has and no layer follows.
std::vector<inference::DenseLayer> read_layers(safetensors::TensorReader& reader,
                                               std::size_t inputs, std::size_t outputs) {
  std::vector<inference::DenseLayer> layers;
  while (layers.empty() || inputs != outputs ||
         reader.has(fmt::format("layers.{}.weight", layers.size()))) {
    if (layers.size() == layers_max) {
      throw base::InputError(reader.source(), "layers", fmt::format("are more than {}", layers_max),
                             safetensors::damaged);
    }
    const std::string name = fmt::format("layers.{}", layers.size());
    const safetensors::Tensor& weights = reader.numbers(name + ".weight");
    if (weights.shape.size() != 2 || weights.shape[1] != inputs) {
      reader.refuse(name + ".weight",
                    fmt::format("does not take the {} values of the layer before", inputs));
    }
    inputs = weights.shape[0];
    check_units(inputs, name + ".weight", reader);
    const safetensors::Tensor& bias = reader.numbers(name + ".bias", {inputs});
    layers.push_back({matrix_of(weights), bias.values});
  }
  return layers;
}

}  // namespace terse::model::decoder
