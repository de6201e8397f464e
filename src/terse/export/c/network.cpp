#include "terse/export/c/network.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "terse/export/c/avr_limits.h"
#include "terse/export/c/descriptions.h"
#include "terse/export/c/literals.h"
#include "terse/export/c/network_numbers.h"
#include "terse/export/c/templates.h"

namespace terse::export_c {
namespace {

using Layer = templates::NetworkArraysC::LayersItem;
using Width = templates::NetworkC::WidthsItem;
using Call = templates::NetworkC::CallsItem;

std::string header_text(const model::Model& model, const Encoder& encoder) {
  const NetworkFacts facts = network_facts(model, encoder);
  std::vector<templates::NetworkH::ClassesItem> classes;
  for (const std::string& name : model.labels()) {
    classes.push_back(
        {.name = in_comment(name), .padded_place = fmt::format("{:>3}", classes.size())});
  }
  return templates::NetworkH{.channel_bytes = facts.channel_bytes,
                             .class_count = classes.size(),
                             .classes = classes,
                             .decimals = facts.decimals,
                             .fails = encoder.has_gaps() || encoder.may_refuse(),
                             .gaps = encoder.has_gaps(),
                             .model = in_comment(encoder.model),
                             .prefix = encoder.prefix,
                             .stack = facts.stack_bytes,
                             .target = target_in_comment(model),
                             .upper = encoder.upper_prefix(),
                             .weight_bytes = facts.weight_bytes,
                             .widths = fmt::format("{}", fmt::join(facts.widths, " "))}
      .filled();
}

std::vector<Layer> layers_of(const DeviceNetwork& network) {
  std::vector<Layer> layers;
  for (const DeviceLayer& layer : network.layers) {
    const std::size_t place = layers.size();
    layers.push_back({.bits = layer.bits,
                      .index = place == 0 ? "" : std::to_string(place),
                      .inputs = layer.inputs,
                      .outputs = layer.outputs,
                      .place = place,
                      .row_bytes = layer.row_bytes,
                      .weights = number_lines(layer.weights)});
  }
  return layers;
}

/// Of each width that a layer has, in which of its functions.
std::vector<Width> widths_of(const DeviceNetwork& network) {
  std::vector<Width> widths;
  for (const unsigned bits : model::decoder::weight_widths) {
    const bool table = network.layers.front().bits == bits;
    bool dense = false;
    bool hidden = false;
    bool short_sums = true;
    for (std::size_t l = 1; l < network.layers.size(); ++l) {
      const DeviceLayer& layer = network.layers[l];
      if (layer.bits != bits) continue;
      dense = true;
      hidden = hidden || l + 1 < network.layers.size();
      short_sums = short_sums && layer.short_sums;
    }
    if (!table && !dense) continue;
    widths.push_back({.bits = bits,
                      .bytes = bits / 2,
                      .is_2 = bits == 2,
                      .is_4 = bits == 4,
                      .is_6 = bits == 6,
                      .is_8 = bits == 8,
                      .of_dense = dense,
                      .of_hidden = hidden,
                      .of_table = table,
                      .offset = weight_offset(bits),
                      .short_sums = short_sums});
  }
  return widths;
}

/// Of each layer but the last: the table's activations are there, all others have a call. Zeros
/// follow activations that do not fill a group of four.
std::vector<Call> calls_of(const DeviceNetwork& network) {
  std::vector<Call> calls;
  std::size_t channel = 0;
  for (std::size_t l = 0; l + 1 < network.layers.size(); ++l) {
    const DeviceLayer& layer = network.layers[l];
    std::vector<Call::ZerosItem> zeros;
    for (std::size_t unit = layer.outputs; unit % 4 != 0; ++unit) zeros.push_back({.unit = unit});
    calls.push_back({.bits = l == 0 ? "" : std::to_string(layer.bits),
                     .channel = channel,
                     .fours = in_fours(layer.inputs) / 4,
                     .from_first = l % 2 == 1,
                     .layer = l,
                     .outputs = layer.outputs,
                     .zeros = zeros});
    channel += layer.outputs;
  }
  return calls;
}

template <typename Number>
std::string of_channels(const DeviceNetwork& network, Number number) {
  return number_lines(network.channels, [&](const DeviceChannel& channel) {
    return fmt::format("{}", number(channel));
  });
}

template <typename Number>
std::string of_outputs(const DeviceNetwork& network, std::string_view suffix, Number number) {
  return number_lines(network.outputs.channels, [&](const model::decoder::FixedPoint& output) {
    return fmt::format("{}{}", number(output), suffix);
  });
}

unsigned bias_bits(const DeviceNetwork& network) {
  return network.short_biases ? 16 : 32;
}

std::string long_literal(std::int64_t value) {
  return fmt::format("{}L", value);
}

std::string arrays_text(const model::Model& model, const Encoder& encoder,
                        const DeviceNetwork& network) {
  const auto bias = [&](const DeviceChannel& channel) {
    return network.short_biases ? std::to_string(channel.bias) : long_literal(channel.bias);
  };
  return templates::NetworkArraysC{
      .bias_bits = bias_bits(network),
      .biases = of_channels(network, bias),
      .classes = !model.labels().empty(),
      .equal_levels = network.equal_levels(),
      .guards = of_channels(network, [](const DeviceChannel& channel) { return channel.guard; }),
      .layers = layers_of(network),
      .limits = of_channels(
          network, [](const DeviceChannel& channel) { return long_literal(channel.limit); }),
      .multipliers =
          of_channels(network, [](const DeviceChannel& channel) { return channel.multiplier; }),
      .output_biases = of_outputs(network, "L", [](const auto& output) { return output.bias; }),
      .output_multipliers =
          of_outputs(network, "U", [](const auto& output) { return output.multiplier; }),
      .output_shifts = of_outputs(network, "", [](const auto& output) { return output.shift; }),
      .prefix = encoder.prefix,
      .shifts = of_channels(network,
                            [](const DeviceChannel& channel) { return channel.down - channel.up; }),
      .top_codes = number_lines(network.levels,
                                [](std::size_t levels) { return std::to_string(levels - 1); }),
      .upper = encoder.upper_prefix(),
      .wide = network.wide}
      .filled();
}

std::string source_text(const model::Model& model, const Encoder& encoder) {
  const DeviceNetwork network = device_network(model);
  const auto any = [&](int DeviceChannel::*shift) {
    return std::ranges::any_of(
        network.channels, [](int by) { return by > 0; }, shift);
  };
  const bool up = any(&DeviceChannel::up);
  const bool down = any(&DeviceChannel::down);
  const DeviceLayer& table = network.layers.front();
  const DeviceLayer& last = network.layers.back();
  const model::decoder::FixedPoint& output = network.outputs.channels.front();
  return templates::NetworkC{
      .arrays = arrays_text(model, encoder, network),
      .bias_bits = bias_bits(network),
      .bias_bytes = bias_bits(network) / 8,
      .calls = calls_of(network),
      .classes = !model.labels().empty(),
      .digits = encoder.layout().bytes() - (encoder.tag ? 1 : 0),
      .equal_levels = network.equal_levels(),
      .fill = in_fours(table.outputs),
      .gaps = encoder.has_gaps(),
      .guard = network.outputs.guard,
      .index = network.index_type(),
      .last = network.layers.size() - 1,
      .last_bits = last.bits,
      .last_fours = in_fours(last.inputs) / 4,
      .last_from_first = network.layers.size() % 2 == 0,
      .last_offset = weight_offset(last.bits),
      .last_row_bytes = last.row_bytes,
      .model = in_comment(encoder.model),
      .offsets = network.levels.size() * weight_offset(table.bits),
      .output_bias = output.bias,
      .output_multiplier = output.multiplier,
      .output_offset = network.outputs.offset,
      .output_shift = output.shift,
      .outputs = last.outputs,
      .prefix = encoder.prefix,
      .radix = encoder.radix(),
      .refuses = encoder.may_refuse(),
      .rows = table.inputs,
      .second_place = network.layers.size() > 2 ? std::to_string(network.second_place()) : "",
      .shifts = up || down,
      .shifts_down = down,
      .shifts_up = up,
      .sum_bits = 8 * network.sum_bytes(),
      .sums = network.scratch_sums(),
      .table_bits = table.bits,
      .table_bytes = table.bits / 2,
      .table_fours = in_fours(table.outputs) / 4,
      .table_row_bytes = table.row_bytes,
      .tag = encoder.tag.has_value(),
      .too_large_for_avr = network_too_large_for_avr(model, encoder),
      .top_code = network.levels.front() - 1,
      .units = table.outputs,
      .upper = encoder.upper_prefix(),
      .wide = network.wide,
      .widths = widths_of(network)}
      .filled();
}

}  // namespace

NetworkFacts network_facts(const model::Model& model, const Encoder& encoder) {
  const DeviceNetwork network = device_network(model);
  NetworkFacts facts;
  for (const DeviceLayer& layer : network.layers) {
    facts.widths.push_back(layer.bits);
    facts.weight_bytes += layer.weights.size();
  }
  facts.channel_bytes = network.flash_bytes_of_channels();
  facts.stack_bytes = network.scratch_sums() * network.sum_bytes() +
                      encoder.layout().bytes() * (encoder.radix() ? 2 : 1);
  facts.decimals = network.outputs.decimals;
  return facts;
}

std::vector<export_text::File> network_files(const model::Model& model, const Encoder& encoder) {
  return {{encoder.prefix + "_network.h", header_text(model, encoder)},
          {encoder.prefix + "_network.c", source_text(model, encoder)}};
}

}  // namespace terse::export_c
