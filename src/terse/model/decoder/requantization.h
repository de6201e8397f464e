// Requantization: from the integer sums of one layer to the 8-bit inputs of the next, in 32-bit
// integer arithmetic alone: the library, and a device that runs the network, get the same bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "terse/model/decoder/integer_kernel.h"
#include "terse/model/decoder/integer_layer.h"

namespace terse::model::decoder {

/// Of one channel: value = clamp((sum << guard) + bias, 0, limit); activation =
/// min(255, ((value >> shift) * multiplier + 2^21) >> 22). No step exceeds 31 bits.
struct Requantization {
  std::int32_t bias = 0;
  std::int32_t limit = 0;
  std::int32_t multiplier = 0;
  std::int32_t shift = 0;
};

struct LayerRequantization {
  int guard = 0;  ///< bits after the point that the bias gets, one number for the layer
  std::vector<Requantization> channels;
};

/// Of layer 0 (the look-up table) to all but the last. layers: the table first; levels: per
/// feature. Half a unit of the sum's last place, 2^-guard, is lost on the bias, and 2^-15 of the
/// value on the multiplier.
LayerRequantization requantization(std::span<const IntegerLayer> layers,
                                   std::span<const std::size_t> levels, std::size_t layer);

/// The largest size of a sum that codes can lead to in layer `layer`.
std::int64_t largest_sum(std::span<const IntegerLayer> layers, std::span<const std::size_t> levels,
                         std::size_t layer);

/// Bits after the point that sums of this layer can get, so that with the bias, of which at most
/// guarded_bias_max counts, they stay within 31 bits.
int guard_bits(std::span<const IntegerLayer> layers, std::span<const std::size_t> levels,
               std::size_t layer);
inline constexpr double guarded_bias_max = 0x1p30;

/// One weight's unit in layer `layer`, channel `channel`: its scale times that of its inputs.
double sum_unit(std::span<const IntegerLayer> layers, std::size_t layer, std::size_t channel);

/// The formula, for one channel.
std::uint8_t requantized(std::int32_t sum, int guard, const Requantization& channel);

}  // namespace terse::model::decoder
