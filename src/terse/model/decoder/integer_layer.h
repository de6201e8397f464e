// A layer of integers of few bits: one scale and bias per output channel, and the step of its 8-bit
// activations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "terse/base/matrix.h"

namespace terse::model::decoder {

/// The widths a weight may have. Of width b the integers are -limit to limit, limit = 2^(b-1) - 1:
/// at 2 bits -1, 0 and 1.
inline constexpr unsigned weight_widths[] = {2, 4, 6, 8};
bool is_weight_width(unsigned bits);
/// 1, 7, 31, 127.
int weight_limit(unsigned bits);

/// Scales are within these bounds, so that weights and activations stay far from float32's ends.
inline constexpr float integer_scale_min = 1e-20F;
inline constexpr float integer_scale_max = 1e20F;

struct IntegerLayer {
  unsigned bits = 8;
  std::size_t inputs = 0;   ///< of the look-up table: its rows, one per feature and level
  std::size_t outputs = 0;  ///< channels
  /// In the order of the float matrix they stand for: the table's inputs x outputs, a later layer's
  /// outputs x inputs.
  std::vector<std::int8_t> weights;
  std::vector<float> scales;  ///< per channel: weight = integer * scale
  std::vector<float> bias;    ///< per channel
  /// After the ReLU an activation is an integer 0..255 times this. 0 for the last layer, which has
  /// none.
  float activation_scale = 0.0F;
};

/// Bytes of `count` integers of `bits` bits as one string of bits.
std::size_t packed_bytes(std::size_t count, unsigned bits);

/// Two's complement, the first integer in the lowest bits of the first byte; zero bits fill the
/// last byte.
std::vector<std::uint8_t> pack(std::span<const std::int8_t> weights, unsigned bits);
/// The reverse. Nothing if an integer is -2^(bits-1), which none may be, or the fill is not zero.
/// bytes: packed_bytes(count, bits).
std::optional<std::vector<std::int8_t>> unpack(std::span<const std::uint8_t> bytes,
                                               std::size_t count, unsigned bits);

/// integer * scale. channel_is_column: as in the look-up table.
base::Matrix float_weights(const IntegerLayer& layer, bool channel_is_column);

}  // namespace terse::model::decoder
