// The costs of a network at given widths: bytes, bit operations, energy and time of a bit-serial
// accelerator. Formulas and their limits: docs/compress.md.
#pragma once

#include <cstddef>

#include "terse/compress/float_network.h"

namespace terse::compress {

inline constexpr unsigned activation_bits = 8;

struct Costs {
  std::size_t bytes = 0;         ///< packed integers, scales, biases, activation scales
  std::size_t weight_bytes = 0;  ///< the packed integers alone
  double bit_operations = 0.0;   ///< sum of weight bits * activation bits * products, per row
  double energy = 0.0;   ///< relative to 8-bit multiply-accumulates: mean of 0.638 + 0.056 bits
  double latency = 0.0;  ///< the same: mean of 0.525 bits
};

/// Bytes of one layer at a width: ceil(weights * bits / 8), and 4 for each scale, bias and (but
/// for the last layer) the activations' scale. float_bits: 4 for each weight and bias.
std::size_t layer_bytes(const FloatNetwork& network, std::size_t layer, unsigned bits);
/// Share of the layer in `energy`.
double layer_energy(const FloatNetwork& network, std::size_t layer, unsigned bits);

/// Of the whole network at these widths, one per layer, 2 to 8 bits each.
Costs costs(const FloatNetwork& network, const Widths& widths);
/// Of table, weights and biases in float32.
std::size_t float_bytes(const FloatNetwork& network);

}  // namespace terse::compress
