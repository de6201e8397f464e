#include "terse/model/decoder/integers.h"

#include <fmt/core.h>

#include <cmath>
#include <numeric>

#include "terse/model/decoder/dense_layers.h"
#include "terse/model/decoder/integer_network.h"
#include "terse/model/decoder/runner.h"
#include "terse/model/safetensors/tensor_reader.h"

namespace terse::model::decoder {
namespace {

using safetensors::Tensor;
using safetensors::TensorReader;

// Sums of this many products fit the 29 bits that requantization leaves them.
constexpr std::size_t integer_units_max = 16'384;
/// Its presence says that the network consists of integers.
constexpr const char* bits_tensor = "integer.bits";
constexpr const char* activation_tensor = "integer.activation_scales";

std::string part_name(std::size_t layer, const std::string& part) {
  return layer == 0 ? "table" + std::string(part == "bias" ? "_" : ".") + part
                    : fmt::format("layers.{}.{}", layer - 1, part);
}

void check_scales(std::span<const float> scales, const std::string& name,
                  const TensorReader& reader) {
  for (const float scale : scales) {
    if (!(scale >= integer_scale_min && scale <= integer_scale_max)) {
      reader.refuse(name, fmt::format("holds a scale that is not within {} and {}",
                                      integer_scale_min, integer_scale_max));
    }
  }
}

std::vector<unsigned> read_widths(TensorReader& reader) {
  const Tensor& tensor = reader.row(bits_tensor);
  if (tensor.values.size() < 2 || tensor.values.size() > layers_max + 1) {
    reader.refuse(bits_tensor, fmt::format("holds the widths of {} layers", tensor.values.size()));
  }
  std::vector<unsigned> widths;
  for (const float value : tensor.values) {
    const bool small = value >= 0.0F && value <= 8.0F && value == std::floor(value);
    widths.push_back(small ? static_cast<unsigned>(value) : 0);
    if (!is_weight_width(widths.back())) {
      reader.refuse(bits_tensor, "holds a number of bits that is not 2, 4, 6 or 8");
    }
  }
  return widths;
}

// The container has checked that a tensor's numbers are in the file, so what is allocated here is
// at most four times that.
IntegerLayer read_layer(TensorReader& reader, std::size_t index, unsigned bits,
                        std::size_t inputs) {
  IntegerLayer layer;
  layer.bits = bits;
  layer.inputs = inputs;
  const std::string scales = part_name(index, "scales");
  layer.outputs = reader.row(scales).values.size();
  if (layer.outputs < 1 || layer.outputs > integer_units_max) {
    reader.refuse(scales,
                  fmt::format("has {} units, not 1 to {}", layer.outputs, integer_units_max));
  }
  layer.scales = reader.finite_row(scales, layer.outputs);
  check_scales(layer.scales, scales, reader);
  const std::string name = part_name(index, "packed");
  const Tensor& packed = reader.row(name);
  const std::size_t count = layer.inputs * layer.outputs;
  if (packed.bytes.size() != packed_bytes(count, bits)) {
    reader.refuse(name, fmt::format("does not hold {} integers of {} bits", count, bits));
  }
  auto weights = unpack(packed.bytes, count, bits);
  if (!weights) reader.refuse(name, "holds an integer out of range, or bits after the last");
  layer.weights = std::move(*weights);
  layer.bias = reader.finite_row(part_name(index, "bias"), layer.outputs);
  return layer;
}

Tensor float_row(std::string name, std::vector<float> values) {
  const std::size_t count = values.size();
  return {std::move(name), {count}, std::move(values), {}};
}

class IntegerRunner : public Runner {
 public:
  IntegerRunner(std::span<const IntegerLayer> layers, const Shape& shape,
                std::size_t batch_rows_max)
      : network_(layers, shape.levels, batch_rows_max) {}

  void run_codes(const quantize::Code* codes, std::size_t rows, std::span<float> outputs) override {
    network_.run(codes, rows, outputs);
  }

 private:
  IntegerNetwork network_;
};

}  // namespace

Lookup Integers::in_floats() const {
  Lookup result{float_weights(layers.front(), true), layers.front().bias, {}};
  for (std::size_t l = 1; l < layers.size(); ++l) {
    result.layers.push_back({float_weights(layers[l], false), layers[l].bias});
  }
  return result;
}

std::vector<Tensor> Integers::tensors() const {
  std::vector<float> widths;
  std::vector<float> activation_scales;
  std::vector<Tensor> packed;
  std::vector<Tensor> tensors;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const IntegerLayer& layer = layers[l];
    widths.push_back(static_cast<float>(layer.bits));
    if (l + 1 < layers.size()) activation_scales.push_back(layer.activation_scale);
    tensors.push_back(float_row(part_name(l, "scales"), layer.scales));
    tensors.push_back(float_row(part_name(l, "bias"), layer.bias));
    auto bytes = pack(layer.weights, layer.bits);
    const std::size_t count = bytes.size();
    packed.push_back({part_name(l, "packed"), {count}, {}, std::move(bytes)});
  }
  tensors.push_back(float_row(bits_tensor, std::move(widths)));
  tensors.push_back(float_row(activation_tensor, std::move(activation_scales)));
  tensors.insert(tensors.end(), packed.begin(), packed.end());
  return tensors;
}

std::unique_ptr<Runner> Integers::runner(const Shape& shape, std::size_t batch_rows_max,
                                         const MakeProducts&) const {
  return std::make_unique<IntegerRunner>(layers, shape, batch_rows_max);
}

bool Integers::stored_in(const TensorReader& reader, const Shape&) {
  return reader.has(bits_tensor);
}

Integers Integers::read(TensorReader& reader, const Shape& shape) {
  if (shape.full_precision()) reader.refuse(bits_tensor, "is in a model of full precision");
  const std::vector<unsigned> widths = read_widths(reader);
  const auto& activation_scales = reader.finite_row(activation_tensor, widths.size() - 1);
  check_scales(activation_scales, activation_tensor, reader);
  std::size_t inputs = std::accumulate(shape.levels.begin(), shape.levels.end(), std::size_t{0});
  Integers result;
  for (std::size_t l = 0; l < widths.size(); ++l) {
    result.layers.push_back(read_layer(reader, l, widths[l], inputs));
    inputs = result.layers.back().outputs;
    if (l + 1 < widths.size()) result.layers.back().activation_scale = activation_scales[l];
  }
  if (inputs != count(shape.output)) {
    reader.refuse(
        part_name(widths.size() - 1, "scales"),
        fmt::format("gives {} outputs where the task has {}", inputs, count(shape.output)));
  }
  return result;
}

}  // namespace terse::model::decoder
