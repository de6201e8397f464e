#include "terse/model/integer_tensors.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::model {
namespace {

constexpr std::size_t layers_max = 64;
// Sums of so many products fit the 29 bits that requantization leaves them.
constexpr std::size_t integer_units_max = 16'384;
constexpr const char* activation_tensor = "integer.activation_scales";

std::string part_name(std::size_t layer, const std::string& part) {
  return layer == 0 ? "table" + std::string(part == "bias" ? "_" : ".") + part
                    : fmt::format("layers.{}.{}", layer - 1, part);
}

[[noreturn]] void refuse(const std::string& tensor, const std::string& problem,
                         const std::string& source) {
  throw base::InputError(source, "tensor " + text::in_quotes(tensor), problem,
                         "the file is damaged or not a Terse model");
}

const Tensor& row_named(const Container& container, const std::string& name,
                        const std::string& source) {
  const Tensor* tensor = container.find_tensor(name);
  if (tensor == nullptr) refuse(name, "is missing", source);
  if (tensor->shape.size() != 1) refuse(name, "is not a row of numbers", source);
  return *tensor;
}

const std::vector<float>& numbers(const Container& container, const std::string& name,
                                  std::size_t count, const std::string& source) {
  const Tensor& tensor = row_named(container, name, source);
  if (tensor.values.size() != count) {
    refuse(name, fmt::format("does not hold {} numbers of type F32", count), source);
  }
  for (const float value : tensor.values) {
    if (!std::isfinite(value)) refuse(name, "holds a number that is not finite", source);
  }
  return tensor.values;
}

void check_scales(std::span<const float> scales, const std::string& name,
                  const std::string& source) {
  for (const float scale : scales) {
    if (!(scale >= integer_scale_min && scale <= integer_scale_max)) {
      refuse(name,
             fmt::format("holds a scale that is not within {} and {}", integer_scale_min,
                         integer_scale_max),
             source);
    }
  }
}

std::vector<unsigned> read_widths(const Container& container, const std::string& source) {
  const Tensor& tensor = row_named(container, integer_bits_tensor, source);
  if (tensor.values.size() < 2 || tensor.values.size() > layers_max + 1) {
    refuse(integer_bits_tensor, fmt::format("is of {} layers", tensor.values.size()), source);
  }
  std::vector<unsigned> widths;
  for (const float value : tensor.values) {
    const bool small = value >= 0.0F && value <= 8.0F && value == std::floor(value);
    widths.push_back(small ? static_cast<unsigned>(value) : 0);
    if (!is_weight_width(widths.back())) {
      refuse(integer_bits_tensor, "holds a number of bits that is not 2, 4, 6 or 8", source);
    }
  }
  return widths;
}

// The container has checked that a tensor's numbers are in the file, so what is allocated here is
// at most four times that.
IntegerLayer read_layer(const Container& container, std::size_t index, unsigned bits,
                        std::size_t inputs, const std::string& source) {
  IntegerLayer layer;
  layer.bits = bits;
  layer.inputs = inputs;
  layer.outputs = row_named(container, part_name(index, "scales"), source).values.size();
  if (layer.outputs < 1 || layer.outputs > integer_units_max) {
    refuse(part_name(index, "scales"),
           fmt::format("has {} units, not 1 to {}", layer.outputs, integer_units_max), source);
  }
  layer.scales = numbers(container, part_name(index, "scales"), layer.outputs, source);
  check_scales(layer.scales, part_name(index, "scales"), source);
  const std::string name = part_name(index, "packed");
  const Tensor& packed = row_named(container, name, source);
  const std::size_t count = layer.inputs * layer.outputs;
  if (packed.bytes.size() != packed_bytes(count, bits)) {
    refuse(name, fmt::format("does not hold {} integers of {} bits", count, bits), source);
  }
  auto weights = unpack(packed.bytes, count, bits);
  if (!weights) refuse(name, "holds an integer out of range, or bits after the last", source);
  layer.weights = std::move(*weights);
  return layer;
}

Tensor float_row(std::string name, std::vector<float> values) {
  const std::size_t count = values.size();
  return {std::move(name), {count}, std::move(values), {}};
}

}  // namespace

std::vector<std::string> integer_tensor_names(const Model& model) {
  std::vector<std::string> names = {integer_bits_tensor, activation_tensor};
  for (std::size_t l = 0; l < model.integer_layers.size(); ++l) {
    for (const char* part : {"scales", "bias", "packed"}) names.push_back(part_name(l, part));
  }
  return names;
}

std::vector<Tensor> integer_tensors(const Model& model) {
  std::vector<float> widths;
  std::vector<float> activation_scales;
  std::vector<Tensor> packed;
  std::vector<Tensor> tensors;
  for (std::size_t l = 0; l < model.integer_layers.size(); ++l) {
    const IntegerLayer& layer = model.integer_layers[l];
    widths.push_back(static_cast<float>(layer.bits));
    if (l + 1 < model.integer_layers.size()) activation_scales.push_back(layer.activation_scale);
    tensors.push_back(float_row(part_name(l, "scales"), layer.scales));
    tensors.push_back(
        float_row(part_name(l, "bias"), l == 0 ? model.table_bias : model.layers[l - 1].bias));
    auto bytes = pack(layer.weights, layer.bits);
    const std::size_t count = bytes.size();
    packed.push_back({part_name(l, "packed"), {count}, {}, std::move(bytes)});
  }
  tensors.push_back(float_row(integer_bits_tensor, std::move(widths)));
  tensors.push_back(float_row(activation_tensor, std::move(activation_scales)));
  tensors.insert(tensors.end(), packed.begin(), packed.end());
  return tensors;
}

void read_integer_layers(const Container& container, Model& model, const std::string& source) {
  if (model.full_precision()) refuse(integer_bits_tensor, "stands in full precision", source);
  const std::vector<unsigned> widths = read_widths(container, source);
  const auto& activation_scales = numbers(container, activation_tensor, widths.size() - 1, source);
  check_scales(activation_scales, activation_tensor, source);
  const auto levels = model.levels();
  std::size_t inputs = std::accumulate(levels.begin(), levels.end(), std::size_t{0});
  std::vector<IntegerLayer> integer_layers;
  for (std::size_t l = 0; l < widths.size(); ++l) {
    IntegerLayer layer = read_layer(container, l, widths[l], inputs, source);
    inputs = layer.outputs;
    const auto& bias = numbers(container, part_name(l, "bias"), inputs, source);
    if (l == 0) {
      model.table_bias = bias;
    } else {
      model.layers.push_back({base::Matrix(), bias});
    }
    if (l + 1 < widths.size()) layer.activation_scale = activation_scales[l];
    integer_layers.push_back(std::move(layer));
  }
  if (inputs != model.outputs()) {
    refuse(part_name(widths.size() - 1, "scales"),
           fmt::format("gives {} outputs, the task has {}", inputs, model.outputs()), source);
  }
  set_integer_layers(model, std::move(integer_layers));
}

void set_integer_layers(Model& model, std::vector<IntegerLayer> integer_layers) {
  TERSE_CHECK(integer_layers.size() == model.layers.size() + 1);
  model.integer_layers = std::move(integer_layers);
  model.table = float_weights(model.integer_layers.front(), true);
  for (std::size_t l = 0; l < model.layers.size(); ++l) {
    model.layers[l].weights = float_weights(model.integer_layers[l + 1], false);
  }
}

}  // namespace terse::model
