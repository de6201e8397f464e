#include "terse/model/decoder/fixed_point.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "terse/base/error.h"
#include "terse/model/decoder/requantization.h"

namespace terse::model::decoder {
namespace {

constexpr double steps_per_deviation = 1000.0;
constexpr double ratio_max = 1.0 / 64.0;  // so that little is lost on what is cut off
constexpr double result_max = 0x1p31 - 1024.0;
constexpr double multiplier_min = 0x1p15;
constexpr double multiplier_max = 65535.0;
constexpr int shift_max = 31;

double power_of_ten(int exponent) {
  return std::pow(10.0, exponent);
}

// Steps of 10^-decimals that a unit of the guarded sum stands for.
double ratio(std::span<const IntegerLayer> layers, double deviation, int guard, int decimals,
             std::size_t channel) {
  const double unit = sum_unit(layers, layers.size() - 1, channel);
  return std::ldexp(unit, -guard) * deviation * power_of_ten(decimals);
}

// Whether every sum's unit is small enough and every result within 32 bits.
bool fits(std::span<const IntegerLayer> layers, const Number& scale, int guard, int decimals) {
  const double mean = std::abs(scale.mean) * power_of_ten(decimals);
  if (mean > result_max) return false;
  for (std::size_t o = 0; o < layers.back().outputs; ++o) {
    const double own = ratio(layers, scale.deviation, guard, decimals, o);
    if (own > ratio_max || 0x1p31 * own + mean > result_max) return false;
  }
  return true;
}

FixedPoint channel(double ratio, double bias) {
  FixedPoint result;
  result.bias = static_cast<std::int32_t>(bias);
  double multiplier = std::ldexp(ratio, 16);
  while (multiplier < multiplier_min && result.shift < shift_max) {
    multiplier *= 2.0;
    ++result.shift;
  }
  result.multiplier = static_cast<std::uint32_t>(std::min(std::round(multiplier), multiplier_max));
  return result;
}

}  // namespace

FixedPointOutputs fixed_point_outputs(std::span<const IntegerLayer> layers,
                                      std::span<const std::size_t> levels, const Number& scale) {
  const std::size_t last = layers.size() - 1;
  FixedPointOutputs result;
  result.guard = guard_bits(layers, levels, last);
  if (scale.deviation > 0.0) {
    result.decimals =
        static_cast<int>(std::ceil(std::log10(steps_per_deviation / scale.deviation)));
  }
  while (!fits(layers, scale, result.guard, result.decimals)) --result.decimals;
  result.offset = static_cast<std::int32_t>(std::round(scale.mean * power_of_ten(result.decimals)));
  for (std::size_t o = 0; o < layers.back().outputs; ++o) {
    const double unit = std::ldexp(sum_unit(layers, last, o), -result.guard);
    const double bias = std::round(static_cast<double>(layers.back().bias[o]) / unit);
    const double own = ratio(layers, scale.deviation, result.guard, result.decimals, o);
    result.channels.push_back(channel(own, std::clamp(bias, -guarded_bias_max, guarded_bias_max)));
  }
  return result;
}

std::int32_t fixed_point(std::int32_t sum, const FixedPointOutputs& outputs, std::size_t channel) {
  const FixedPoint& own = outputs.channels[channel];
  const std::int32_t value = sum * (std::int32_t{1} << outputs.guard) + own.bias;
  const auto size = static_cast<std::uint32_t>(std::abs(value));
  const std::uint32_t product =
      (size >> 16) * own.multiplier + ((size & 0xFFFFU) * own.multiplier >> 16);
  const std::uint32_t half = std::uint32_t{1} << (own.shift - 1);
  const auto steps = static_cast<std::int32_t>((product + half) >> own.shift);
  return value < 0 ? outputs.offset - steps : outputs.offset + steps;
}

}  // namespace terse::model::decoder
