#include "terse/model/decoder/integer_layer.h"

#include <algorithm>

#include "terse/base/error.h"

namespace terse::model::decoder {

bool is_weight_width(unsigned bits) {
  return std::ranges::find(weight_widths, bits) != std::end(weight_widths);
}

int weight_limit(unsigned bits) {
  TERSE_CHECK(is_weight_width(bits));
  return (1 << (bits - 1)) - 1;
}

std::size_t packed_bytes(std::size_t count, unsigned bits) {
  return (count * bits + 7) / 8;
}

std::vector<std::uint8_t> pack(std::span<const std::int8_t> weights, unsigned bits) {
  std::vector<std::uint8_t> bytes(packed_bytes(weights.size(), bits));
  const unsigned mask = (1U << bits) - 1;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const unsigned code = static_cast<unsigned>(weights[i]) & mask;
    const std::size_t position = i * bits;
    bytes[position / 8] |= static_cast<std::uint8_t>(code << (position % 8));
    if (position % 8 + bits > 8) {
      bytes[position / 8 + 1] |= static_cast<std::uint8_t>(code >> (8 - position % 8));
    }
  }
  return bytes;
}

std::optional<std::vector<std::int8_t>> unpack(std::span<const std::uint8_t> bytes,
                                               std::size_t count, unsigned bits) {
  TERSE_CHECK(bytes.size() == packed_bytes(count, bits));
  const unsigned mask = (1U << bits) - 1;
  const unsigned sign = 1U << (bits - 1);
  std::vector<std::int8_t> weights(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t position = i * bits;
    unsigned code = static_cast<unsigned>(bytes[position / 8]) >> (position % 8);
    if (position % 8 + bits > 8) {
      code |= static_cast<unsigned>(bytes[position / 8 + 1]) << (8 - position % 8);
    }
    code &= mask;
    if (code == sign) return std::nullopt;
    weights[i] = static_cast<std::int8_t>(static_cast<int>(code ^ sign) - static_cast<int>(sign));
  }
  const std::size_t used = count * bits % 8;
  if (used != 0 && (bytes.back() >> used) != 0) return std::nullopt;
  return weights;
}

base::Matrix float_weights(const IntegerLayer& layer, bool channel_is_column) {
  base::Matrix result = channel_is_column ? base::Matrix(layer.inputs, layer.outputs)
                                          : base::Matrix(layer.outputs, layer.inputs);
  for (std::size_t r = 0; r < result.rows(); ++r) {
    for (std::size_t c = 0; c < result.columns(); ++c) {
      result(r, c) = static_cast<float>(layer.weights[r * result.columns() + c]) *
                     layer.scales[channel_is_column ? c : r];
    }
  }
  return result;
}

}  // namespace terse::model::decoder
