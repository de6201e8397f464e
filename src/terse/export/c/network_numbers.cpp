#include "terse/export/c/network_numbers.h"

#include <algorithm>
#include <numeric>

#include "terse/base/error.h"
#include "terse/model/decoder/requantization.h"

namespace terse::export_c {
namespace {

constexpr std::int64_t activation_max = 255;
constexpr std::uint32_t short_multiplier_max = 1U << 15;
// Without a shift: 65535 times this, and half a unit, fit 32 bits.
constexpr std::uint32_t unshifted_multiplier_max = 65'000;
constexpr std::int32_t limit_max = std::int32_t{1} << 30;

DeviceLayer device_layer(const model::decoder::IntegerLayer& from, std::size_t index,
                         std::size_t feature_count) {
  DeviceLayer layer{from.bits, from.inputs, from.outputs, 0, {}, false};
  const std::size_t columns = index == 0 ? from.outputs : from.inputs;
  const std::size_t rows = index == 0 ? from.inputs : from.outputs;
  layer.row_bytes = model::decoder::packed_bytes(in_fours(columns), from.bits);
  const int offset = static_cast<int>(weight_offset(from.bits));
  std::int64_t largest = 0;
  std::vector<std::int8_t> row(in_fours(columns));
  for (std::size_t r = 0; r < rows; ++r) {
    std::int64_t sum = 0;
    for (std::size_t c = 0; c < in_fours(columns); ++c) {
      const int weight = c < columns ? from.weights[r * columns + c] : 0;
      row[c] = static_cast<std::int8_t>(weight + offset - (weight + offset > INT8_MAX ? 256 : 0));
      if (c < columns) sum += activation_max * (weight + offset);
    }
    largest = std::max(largest, sum);
    const auto bytes = model::decoder::pack(row, from.bits);
    layer.weights.insert(layer.weights.end(), bytes.begin(), bytes.end());
  }
  const auto features = static_cast<std::int64_t>(feature_count);
  layer.short_sums = index == 0 ? features * offset <= INT16_MAX : largest <= UINT16_MAX;
  return layer;
}

// (sum << guard) + bias, shifted down, is the same as one shift less of both where guard and shift
// cancel: what the bias has below the cut never carries.
DeviceChannel short_form(const model::decoder::Requantization& from, int guard) {
  DeviceChannel channel;
  channel.multiplier = static_cast<std::uint32_t>(from.multiplier);
  channel.up = std::max(0, guard - from.shift);
  channel.down = std::max(0, from.shift - guard);
  channel.bias = from.bias >> std::min(guard, from.shift);
  return channel;
}

DeviceChannel general_form(const model::decoder::Requantization& from, int guard) {
  DeviceChannel channel;
  channel.bias = from.bias;
  channel.multiplier = static_cast<std::uint32_t>(from.multiplier);
  channel.limit = from.limit;
  channel.guard = guard;
  channel.down = from.shift;
  return channel;
}

}  // namespace

std::size_t weight_offset(unsigned bits) {
  return std::size_t{1} << (bits - 1);
}

std::size_t in_fours(std::size_t count) {
  return (count + 3) / 4 * 4;
}

bool short_form_holds(const model::decoder::Requantization& channel) {
  const auto multiplier = static_cast<std::uint32_t>(channel.multiplier);
  const bool fits = multiplier <= short_multiplier_max ||
                    (channel.shift == 0 && multiplier <= unshifted_multiplier_max);
  // Below its largest value the limit only keeps products within 31 bits; beyond it all is 255.
  return fits && (channel.limit < limit_max || channel.bias <= limit_max / 2);
}

bool DeviceNetwork::equal_levels() const {
  return std::ranges::adjacent_find(levels, std::ranges::not_equal_to()) == levels.end();
}

std::string DeviceNetwork::index_type() const {
  std::size_t largest = std::max(channels.size(), layers.front().inputs);
  for (const DeviceLayer& layer : layers) {
    largest = std::max({largest, layer.outputs, layer.inputs});
  }
  return largest < UINT16_MAX ? "uint16_t" : "uint32_t";
}

std::size_t DeviceNetwork::second_place() const {
  std::size_t bytes = 0;
  for (std::size_t l = 0; l + 1 < layers.size(); l += 2) {
    bytes = std::max(bytes, in_fours(layers[l].outputs));
  }
  return bytes;
}

std::size_t DeviceNetwork::scratch_sums() const {
  std::size_t second = 0;
  for (std::size_t l = 1; l + 1 < layers.size(); l += 2) {
    second = std::max(second, in_fours(layers[l].outputs));
  }
  const std::size_t bytes = second_place() + second;
  return std::max(in_fours(layers.front().outputs), (bytes + sum_bytes() - 1) / sum_bytes());
}

std::size_t DeviceNetwork::flash_bytes_of_channels() const {
  const std::size_t each = wide ? 4 + 4 + 4 + 1 + 1 : (short_biases ? 2 : 4) + 2 + 1;
  const std::size_t result = outputs.channels.size() > 1 ? 7 * outputs.channels.size() : 0;
  return channels.size() * each + (equal_levels() ? 0 : levels.size()) + result;
}

const std::vector<model::decoder::IntegerLayer>& integer_layers(const model::Model& model) {
  const auto* integers = std::get_if<model::decoder::Integers>(&model.decoder);
  TERSE_CHECK(integers != nullptr);
  return integers->layers;
}

DeviceNetwork device_network(const model::Model& model) {
  const std::vector<model::decoder::IntegerLayer>& layers = integer_layers(model);
  const model::Number scale = model::decoder::scale(model.output);
  if (scale.link != model::Link::identity) {
    throw base::OptionError("to c", "",
                            "the device's integers know no exponential, which this model needs",
                            "train with `target_scale` linear and `loss` squared");
  }
  DeviceNetwork network;
  network.levels = model.levels();
  network.outputs = model::decoder::fixed_point_outputs(layers, network.levels, scale);
  std::vector<model::decoder::LayerRequantization> steps;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    network.layers.push_back(device_layer(layers[l], l, model.features.size()));
    if (l + 1 == layers.size()) break;
    steps.push_back(model::decoder::requantization(layers, network.levels, l));
    network.wide = network.wide || !std::ranges::all_of(steps.back().channels, short_form_holds);
  }
  for (const model::decoder::LayerRequantization& layer : steps) {
    for (const model::decoder::Requantization& channel : layer.channels) {
      network.channels.push_back(network.wide ? general_form(channel, layer.guard)
                                              : short_form(channel, layer.guard));
    }
  }
  network.short_biases =
      !network.wide && std::ranges::all_of(network.channels, [](const DeviceChannel& channel) {
        return channel.bias >= INT16_MIN && channel.bias <= INT16_MAX;
      });
  return network;
}

}  // namespace terse::export_c
