// Made-up compressed models, and what they must predict, from the definitions.
#pragma once

#include <cmath>
#include <vector>

#include "model/examples.h"
#include "terse/model/decoder/integers.h"

namespace terse::model {

/// The example model of a method with random integers of these widths, the table's first.
inline Model integer_model(const FoldInput& input, const std::vector<unsigned>& widths,
                           std::uint64_t seed = 3) {
  Model model = example_model(input);
  const decoder::Lookup& floats = lookup_of(model);
  base::Random random(seed, 5);
  decoder::Integers integers;
  for (std::size_t l = 0; l <= floats.layers.size(); ++l) {
    const base::Matrix& weights = l == 0 ? floats.table : floats.layers[l - 1].weights;
    decoder::IntegerLayer layer;
    layer.bits = widths[l % widths.size()];
    layer.inputs = l == 0 ? weights.rows() : weights.columns();
    layer.outputs = l == 0 ? weights.columns() : weights.rows();
    const int limit = decoder::weight_limit(layer.bits);
    for (std::size_t i = 0; i < weights.values().size(); ++i) {
      const auto range = static_cast<std::uint64_t>(2 * limit + 1);
      layer.weights.push_back(
          static_cast<std::int8_t>(static_cast<int>(random.below(range)) - limit));
    }
    for (std::size_t o = 0; o < layer.outputs; ++o) {
      layer.scales.push_back(
          static_cast<float>((0.5 + random.uniform()) / static_cast<double>(limit)));
    }
    layer.bias = l == 0 ? floats.bias : floats.layers[l - 1].bias;
    if (l < floats.layers.size()) layer.activation_scale = 0.01F + 0.01F * static_cast<float>(l);
    integers.layers.push_back(std::move(layer));
  }
  model.decoder = std::move(integers);
  return model;
}

/// The decoder of such a model.
inline const std::vector<decoder::IntegerLayer>& layers_of(const Model& model) {
  return std::get<decoder::Integers>(model.decoder).layers;
}
inline std::vector<decoder::IntegerLayer>& layers_of(Model& model) {
  return std::get<decoder::Integers>(model.decoder).layers;
}

/// Activations of one layer (steps of its activation scale, before rounding), or the last layer's
/// outputs, in double.
inline std::vector<double> exact_layer(const std::vector<decoder::IntegerLayer>& layers,
                                       std::size_t layer, const std::vector<double>& inputs) {
  const decoder::IntegerLayer& integers = layers[layer];
  std::vector<double> result(integers.outputs);
  for (std::size_t o = 0; o < integers.outputs; ++o) {
    double sum = 0.0;
    for (std::size_t i = 0; i < integers.inputs; ++i) {
      const std::size_t place = layer == 0 ? i * integers.outputs + o : o * integers.inputs + i;
      sum += inputs[i] * static_cast<double>(integers.weights[place]);
    }
    const double unit = layer == 0 ? 1.0 : double(layers[layer - 1].activation_scale);
    result[o] = sum * double(integers.scales[o]) * unit + double(integers.bias[o]);
    if (layer + 1 < layers.size()) {
      result[o] = std::clamp(result[o] / double(integers.activation_scale), 0.0, 255.0);
    }
  }
  return result;
}

/// One for each table row: whether the codes choose it.
inline std::vector<double> chosen_rows(const Model& model, std::span<const quantize::Code> codes) {
  std::vector<double> chosen(layers_of(model).front().inputs);
  std::size_t row = 0;
  const auto levels = model.levels();
  for (std::size_t f = 0; f < codes.size(); ++f) {
    chosen[row + codes[f]] = 1.0;
    row += levels[f];
  }
  return chosen;
}

/// rows x F codes below each feature's levels.
inline std::vector<quantize::Code> random_codes(const Model& model, std::size_t rows) {
  base::Random random(11);
  std::vector<quantize::Code> codes;
  for (std::size_t r = 0; r < rows; ++r) {
    for (const std::size_t levels : model.levels()) {
      codes.push_back(static_cast<quantize::Code>(random.below(levels)));
    }
  }
  return codes;
}

}  // namespace terse::model
