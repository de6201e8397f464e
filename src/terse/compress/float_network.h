// The network of a trained model in float32, as fine-tuning changes it and rounding reads it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/inference/parameters.h"
#include "terse/model/model.h"

namespace terse::compress {

/// Bits per layer, the look-up table first; float_bits leaves a layer as it is.
using Widths = std::vector<unsigned>;

struct FloatNetwork {
  base::Matrix table;  ///< sum of levels x units
  std::vector<float> table_bias;
  std::vector<inference::DenseLayer> layers;
  std::vector<std::uint32_t> offsets;  ///< first table row of each feature
  bool classes = false;
  /// The scales that fine-tuning ended with, per layer, and the widths they are for. Weights that
  /// were trained with a scale must be rounded with it: the scale of least error may have moved on.
  std::vector<std::vector<float>> tuned_scales = {};
  Widths tuned_widths = {};

  /// tuned_scales where there are some for this width, else channel_scales().
  std::vector<float> scales(std::size_t layer, unsigned bits) const;
  /// The table counts as layer 0.
  std::size_t layer_count() const { return layers.size() + 1; }
  static bool channel_is_column(std::size_t layer) { return layer == 0; }
  base::Matrix& weights(std::size_t layer);
  const base::Matrix& weights(std::size_t layer) const;
  std::vector<float>& bias(std::size_t layer);
  const std::vector<float>& bias(std::size_t layer) const;
  std::size_t outputs(std::size_t layer) const { return bias(layer).size(); }
  /// Products (of the table: additions) that one row of readings costs.
  std::size_t products(std::size_t layer) const;
};

/// Each feature's rows of the table are moved so that their largest and smallest number are
/// opposite in every unit, and the bias by as much the other way: the same network, but symmetric
/// integers spend no range on what all levels share.
/// Throws InputError naming `source` for models without a look-up table (full precision, boosted
/// trees) and for compressed ones.
FloatNetwork float_network(const model::Model& model, const std::string& source);

/// The same network before any training: weights and biases as training::draw_layer() draws them,
/// a table row the sum of what its thresholds add, as the look-up of a thermometer code.
FloatNetwork untrained(const FloatNetwork& network, std::uint64_t seed);

/// The model with its network rounded to `widths`, none of them float_bits. activation_scales: one
/// per layer but the last.
model::Model compressed_model(const model::Model& model, const FloatNetwork& network,
                              const Widths& widths, std::span<const float> activation_scales);

}  // namespace terse::compress
