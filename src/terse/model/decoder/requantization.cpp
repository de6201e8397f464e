#include "terse/model/decoder/requantization.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>

#include "terse/base/error.h"

namespace terse::model::decoder {
namespace {

constexpr int guard_max = 16;
constexpr int sum_bits_max = 29;
constexpr double multiplier_min = 0x1p14;
constexpr double multiplier_max = 0x1p30;
constexpr int shift_max = 30;
constexpr std::int64_t activation_max = 255;

Requantization channel(double unit, double bias, double activation_scale) {
  Requantization result;
  result.bias = static_cast<std::int32_t>(
      std::clamp(std::round(bias / unit), -guarded_bias_max, guarded_bias_max));
  const double ratio = unit / activation_scale;
  result.limit =
      static_cast<std::int32_t>(std::min(std::ceil((activation_max + 1.0) / ratio), 0x1p30));
  double multiplier = std::ldexp(ratio, requantization_bits);
  while (multiplier < multiplier_min && result.shift < shift_max) {
    multiplier *= 2.0;
    ++result.shift;
  }
  result.multiplier = static_cast<std::int32_t>(std::min(std::round(multiplier), multiplier_max));
  // Beyond 255 a value may be anything, but its product must stay within 31 bits.
  if (result.shift == 0 && result.multiplier > 0) {
    constexpr std::int32_t half = std::int32_t{1} << (requantization_bits - 1);
    result.limit = std::min(result.limit, (INT32_MAX - half) / result.multiplier);
  }
  return result;
}

}  // namespace

std::int64_t largest_sum(std::span<const IntegerLayer> layers, std::span<const std::size_t> levels,
                         std::size_t layer) {
  const IntegerLayer& own = layers[layer];
  std::int64_t largest = 0;
  for (std::size_t o = 0; o < own.outputs; ++o) {
    std::int64_t sum = 0;
    if (layer > 0) {
      for (std::size_t i = 0; i < own.inputs; ++i) {
        sum += activation_max * std::abs(int{own.weights[o * own.inputs + i]});
      }
    } else {
      std::size_t row = 0;
      for (const std::size_t count : levels) {
        int highest = 0;
        for (std::size_t k = 0; k < count; ++k, ++row) {
          highest = std::max(highest, std::abs(int{own.weights[row * own.outputs + o]}));
        }
        sum += highest;
      }
    }
    largest = std::max(largest, sum);
  }
  return largest;
}

double sum_unit(std::span<const IntegerLayer> layers, std::size_t layer, std::size_t channel) {
  const double input = layer == 0 ? 1.0 : static_cast<double>(layers[layer - 1].activation_scale);
  return static_cast<double>(layers[layer].scales[channel]) * input;
}

int guard_bits(std::span<const IntegerLayer> layers, std::span<const std::size_t> levels,
               std::size_t layer) {
  const std::int64_t sum = largest_sum(layers, levels, layer);
  const auto bits =
      static_cast<int>(std::bit_width(static_cast<std::uint64_t>(std::max<std::int64_t>(1, sum))));
  TERSE_CHECK(bits <= sum_bits_max);
  int guard = std::min(guard_max, sum_bits_max - bits);
  const IntegerLayer& own = layers[layer];
  for (std::size_t o = 0; o < own.outputs; ++o) {
    const double largest = std::abs(static_cast<double>(own.bias[o])) / sum_unit(layers, layer, o);
    while (guard > 0 && std::ldexp(largest, guard) > guarded_bias_max) --guard;
  }
  return guard;
}

LayerRequantization requantization(std::span<const IntegerLayer> layers,
                                   std::span<const std::size_t> levels, std::size_t layer) {
  TERSE_CHECK(layer + 1 < layers.size());
  const IntegerLayer& own = layers[layer];
  LayerRequantization result;
  result.guard = guard_bits(layers, levels, layer);
  for (std::size_t o = 0; o < own.outputs; ++o) {
    result.channels.push_back(channel(std::ldexp(sum_unit(layers, layer, o), -result.guard),
                                      static_cast<double>(own.bias[o]),
                                      static_cast<double>(own.activation_scale)));
  }
  return result;
}

std::uint8_t requantized(std::int32_t sum, int guard, const Requantization& channel) {
  // A product, not a shift: of a negative number that is what C++ and C both define.
  std::int32_t value = sum * (std::int32_t{1} << guard) + channel.bias;
  value = std::clamp(value, std::int32_t{0}, channel.limit);
  value = ((value >> channel.shift) * channel.multiplier +
           (std::int32_t{1} << (requantization_bits - 1))) >>
          requantization_bits;
  return static_cast<std::uint8_t>(std::min(value, std::int32_t{255}));
}

}  // namespace terse::model::decoder
