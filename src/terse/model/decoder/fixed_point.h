// The outputs of integer layers without floating point: the last layer's sums as whole numbers of a
// power of ten of the target's unit. The library, and a device that runs the network, get the same
// ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "terse/model/decoder/integer_layer.h"
#include "terse/model/decoder/shape.h"

namespace terse::model::decoder {

/// Of one output: value = (sum << guard) + bias, size = |value|;
/// product = (size >> 16) * multiplier + ((size & 65535) * multiplier >> 16);
/// steps = (product + 2^(shift - 1)) >> shift;
/// result = offset + steps with the sign of value. All within 32 bits.
struct FixedPoint {
  std::int32_t bias = 0;
  std::uint32_t multiplier = 0;  ///< below 2^16
  int shift = 0;                 ///< 6 to 31
};

struct FixedPointOutputs {
  int guard = 0;            ///< bits after the point that a sum gets
  int decimals = 0;         ///< a result is a number of 10^-decimals; may be negative
  std::int32_t offset = 0;  ///< the target's mean; 0 for classes
  std::vector<FixedPoint> channels;
};

/// levels: per feature. scale: the output's (output.h). A number: the prediction in the target's
/// unit, with the fewest decimals whose step is at most a thousandth of the target's deviation, or
/// as many as 32 bits hold. Classes: their scores (natural logarithms, but for what all have in
/// common). Against the same sums in exact arithmetic a result is wrong by at most 0.52 + 2^-16 of
/// its distance from the offset, in steps, and by half a guarded unit of the bias.
FixedPointOutputs fixed_point_outputs(std::span<const IntegerLayer> layers,
                                      std::span<const std::size_t> levels, const Number& scale);

/// The formula.
std::int32_t fixed_point(std::int32_t sum, const FixedPointOutputs& outputs, std::size_t channel);

}  // namespace terse::model::decoder
