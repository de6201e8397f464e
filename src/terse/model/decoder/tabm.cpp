#include <fmt/core.h>

#include <algorithm>
#include <numeric>

#include "terse/base/error.h"
#include "terse/model/decoder/dense_layers.h"
#include "terse/model/decoder/lookup.h"
#include "terse/model/decoder/runner.h"
#include "terse/model/decoder/tabm_runner.h"
#include "terse/model/safetensors/tensor_reader.h"

namespace terse::model::decoder {
namespace {

constexpr const char* signs_name = "submodels.signs";

base::Matrix read_signs(safetensors::TensorReader& reader, std::size_t features) {
  const safetensors::Tensor& tensor = reader.numbers(signs_name);
  if (tensor.shape.size() != 2 || tensor.shape[1] != features) {
    reader.refuse(signs_name, fmt::format("does not have the model's {} features", features));
  }
  if (tensor.shape[0] < 2 || tensor.shape[0] > submodels_max) {
    reader.refuse(signs_name,
                  fmt::format("is of {} submodels, not 2 to {}", tensor.shape[0], submodels_max));
  }
  for (const float sign : tensor.values) {
    if (sign != 1.0F && sign != -1.0F) {
      reader.refuse(signs_name, fmt::format("holds {}, neither 1 nor -1", sign));
    }
  }
  base::Matrix signs = matrix_of(tensor);
  const std::size_t groups = sign_groups(signs).size();
  if (groups > sign_groups_max) {
    reader.refuse(signs_name,
                  fmt::format("has {} different columns, more than {}", groups, sign_groups_max));
  }
  return signs;
}

// submodels x units, of a tensor that says how many units there are.
base::Matrix read_bias(safetensors::TensorReader& reader, const std::string& name,
                       std::size_t submodels) {
  const safetensors::Tensor& bias = reader.numbers(name);
  if (bias.shape.size() != 2 || bias.shape[0] != submodels) {
    reader.refuse(name, fmt::format("does not have a row for each of {} submodels", submodels));
  }
  check_units(bias.shape[1], name, reader);
  if (bias.shape[1] * submodels > stacked_units_max) {
    reader.refuse(name, fmt::format("has {} submodels of {} units, more than {} together",
                                    submodels, bias.shape[1], stacked_units_max));
  }
  return matrix_of(bias);
}

std::size_t count_layers(const safetensors::TensorReader& reader) {
  std::size_t count = 0;
  while (count <= layers_max && reader.has(fmt::format("layers.{}.weight", count))) ++count;
  if (count > 0 && count <= layers_max) return count;
  throw base::InputError(reader.source(), "layers", fmt::format("are not 1 to {}", layers_max),
                         safetensors::damaged);
}

}  // namespace

std::vector<safetensors::Tensor> Tabm::tensors() const {
  std::vector<safetensors::Tensor> tensors;
  tensors.push_back(matrix_tensor("table", table));
  tensors.push_back(matrix_tensor("table_bias", bias));
  tensors.push_back(matrix_tensor(signs_name, signs));
  for (std::size_t l = 0; l < layers.size(); ++l) {
    tensors.push_back(matrix_tensor(fmt::format("layers.{}.weight", l), layers[l].weights));
    tensors.push_back(matrix_tensor(fmt::format("layers.{}.bias", l), layers[l].bias));
  }
  const std::string last = fmt::format("layers.{}", layers.size());
  tensors.push_back(matrix_tensor(last + ".weight", head.weights));
  tensors.push_back({last + ".bias", {head.bias.size()}, head.bias});
  return tensors;
}

std::unique_ptr<Runner> Tabm::runner(const Shape& shape, std::size_t,
                                     const MakeProducts& products) const {
  return tabm_runner(*this, shape, products);
}

bool Tabm::stored_in(const safetensors::TensorReader& reader, const Shape& shape) {
  return !shape.full_precision() && reader.has(signs_name);
}

Tabm Tabm::read(safetensors::TensorReader& reader, const Shape& shape) {
  Tabm tabm;
  tabm.signs = read_signs(reader, shape.levels.size());
  const std::size_t submodels = tabm.submodels();
  tabm.bias = read_bias(reader, "table_bias", submodels);
  std::size_t units = tabm.bias.columns();
  const std::size_t rows =
      std::accumulate(shape.levels.begin(), shape.levels.end(), std::size_t{0});
  tabm.table = matrix_of(reader.numbers("table", {rows, units}));
  const std::size_t hidden = count_layers(reader) - 1;
  for (std::size_t l = 0; l < hidden; ++l) {
    const std::string layer = fmt::format("layers.{}", l);
    base::Matrix bias = read_bias(reader, layer + ".bias", submodels);
    const auto& weights = reader.numbers(layer + ".weight", {bias.columns(), units});
    units = bias.columns();
    tabm.layers.push_back({matrix_of(weights), std::move(bias)});
  }
  const std::string last = fmt::format("layers.{}", hidden);
  const std::size_t outputs = count(shape.output);
  const auto& weights = reader.numbers(last + ".weight", {outputs, submodels * units});
  tabm.head = {matrix_of(weights), reader.numbers(last + ".bias", {outputs}).values};
  return tabm;
}

}  // namespace terse::model::decoder
