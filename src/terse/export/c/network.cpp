#include "terse/export/c/network.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "terse/export/c/network_numbers.h"
#include "terse/export/c/parts.h"
#include "terse/export/text/text_template.h"
#include "terse/text/wrapping.h"

namespace terse::export_c {
namespace {

template <typename Values, typename Text>
std::string number_lines(const Values& values, const Text& text_of) {
  std::vector<std::string> parts;
  for (const auto& value : values) parts.push_back(text_of(value));
  return text::comma_lines(parts, "  ");
}

std::string long_text(std::int64_t value) {
  return fmt::format("{}L", value);
}

class Source {
 public:
  Source(const model::Model& model, const CEncoder& encoder)
      : encoder_(encoder),
        network_(device_network(model)),
        upper_(upper_prefix(encoder)),
        index_(network_.index_type()),
        classes_(std::holds_alternative<model::Classes>(model.output)) {}

  std::string text() const;

 private:
  std::string filled(std::string_view name,
                     std::initializer_list<export_text::Blank> own = {}) const;
  std::string array(std::string_view type, std::string_view name, const std::string& numbers) const;
  template <typename Number>
  std::string channel_array(std::string_view type, std::string_view name, Number number) const;
  std::string arrays() const;
  std::string activation() const;
  std::string widths() const;
  std::string table() const;
  std::string layers() const;
  std::string calls() const;
  std::string finish() const;
  std::string entries() const;

  const DeviceLayer& last() const { return network_.layers.back(); }
  /// Where layer l writes its activations, and layer l + 1 reads them.
  static std::string place(std::size_t layer) { return layer % 2 == 0 ? "first" : "second"; }
  std::string row_of_last() const {
    return fmt::format("{}_weights_{}", encoder_.prefix, network_.layers.size() - 1);
  }
  bool equal_levels() const {
    return std::ranges::adjacent_find(network_.levels, std::ranges::not_equal_to()) ==
           network_.levels.end();
  }

  const CEncoder& encoder_;
  DeviceNetwork network_;
  std::string upper_;
  std::string index_;
  bool classes_;
};

// A template with what all of them may ask for, after what only this one does.
std::string Source::filled(std::string_view name,
                           std::initializer_list<export_text::Blank> own) const {
  const std::string sums = fmt::format("{}", network_.scratch_sums());
  const std::string fill_to = fmt::format("{}", in_fours(network_.layers.front().outputs));
  const std::string top = equal_levels()
                              ? fmt::format("{}U", network_.levels.front() - 1)
                              : fmt::format("{}READ_1({}_tops + feature)", upper_, encoder_.prefix);
  const std::string start =
      fmt::format("-{}", network_.levels.size() * weight_offset(network_.layers.front().bits));
  const std::string rows = fmt::format("{}", network_.layers.front().inputs);
  const std::string digits = fmt::format("{}", encoder_.layout().bytes() - (encoder_.tag ? 1 : 0));
  const export_text::Blank for_all[] = {
      {"PREFIX", encoder_.prefix},
      {"UPPER", upper_},
      {"INDEX", index_},
      {"TYPE", classes_ ? "uint16_t" : "int32_t"},
      {"SCORES", classes_ ? ", int32_t *scores" : ""},
      {"PASS_SCORES", classes_ ? ", scores" : ""},
      {"SUMS", sums},
      {"FILL", fill_to},
      {"TOP", top},
      {"TAG", encoder_.tag ? "  ++payload; /* the tag */" : ""},
      {"ROWS", rows},
      {"DIGITS", digits},
      {"START", start},
  };
  return export_text::fill_text(export_text::fill(name, own), for_all);
}

std::string Source::array(std::string_view type, std::string_view name,
                          const std::string& numbers) const {
  return fmt::format("static const {} {}_{}[] {}IN_FLASH = {{\n{}\n}};\n\n", type, encoder_.prefix,
                     name, upper_, numbers);
}

template <typename Number>
std::string Source::channel_array(std::string_view type, std::string_view name,
                                  Number number) const {
  return array(type, name, number_lines(network_.channels, [&](const DeviceChannel& channel) {
                 return fmt::format("{}", number(channel));
               }));
}

std::string Source::arrays() const {
  std::string text;
  for (std::size_t l = 0; l < network_.layers.size(); ++l) {
    const DeviceLayer& layer = network_.layers[l];
    text += fmt::format("/* {}: {} bits a weight, {} bytes a row. */\n",
                        l == 0 ? std::string("A row for each feature and code")
                               : fmt::format("Layer {}, {} to {}", l, layer.inputs, layer.outputs),
                        layer.bits, layer.row_bytes);
    text += array(
        "uint8_t", fmt::format("weights_{}", l),
        number_lines(layer.weights, [](std::uint8_t byte) { return fmt::format("{}", byte); }));
  }
  text += "/* Of each unit, layer after layer. */\n";
  const bool wide = network_.wide;
  text += channel_array(
      network_.short_biases ? "int16_t" : "int32_t", "biases", [&](const DeviceChannel& channel) {
        return network_.short_biases ? fmt::format("{}", channel.bias) : long_text(channel.bias);
      });
  text += channel_array(wide ? "uint32_t" : "uint16_t", "multipliers",
                        [](const DeviceChannel& channel) { return channel.multiplier; });
  text += channel_array(wide ? "uint8_t" : "int8_t", "shifts",
                        [](const DeviceChannel& channel) { return channel.down - channel.up; });
  if (wide) {
    text += channel_array("int32_t", "limits",
                          [](const DeviceChannel& channel) { return long_text(channel.limit); });
    text += channel_array("uint8_t", "guards",
                          [](const DeviceChannel& channel) { return channel.guard; });
  }
  if (!equal_levels()) {
    text += "/* The highest code of each feature. */\n" +
            array("uint8_t", "tops", number_lines(network_.levels, [](std::size_t levels) {
                    return fmt::format("{}", levels - 1);
                  }));
  }
  if (!classes_) return text;
  const auto& outputs = network_.outputs.channels;
  const auto add = [&](std::string_view type, std::string_view name, auto number) {
    text += array(type, name, number_lines(outputs, number));
  };
  text += "/* Of each class. */\n";
  add("int32_t", "output_biases", [](const auto& o) { return long_text(o.bias); });
  add("uint16_t", "output_multipliers",
      [](const auto& o) { return fmt::format("{}U", o.multiplier); });
  add("uint8_t", "output_shifts", [](const auto& o) { return fmt::format("{}", o.shift); });
  return text;
}

std::string Source::activation() const {
  if (network_.wide) return filled("c_network_activation_wide.in");
  const auto any = [&](auto shift) {
    return std::ranges::any_of(network_.channels,
                               [&](const DeviceChannel& channel) { return shift(channel) > 0; });
  };
  const bool up = any([](const DeviceChannel& channel) { return channel.up; });
  const bool down = any([](const DeviceChannel& channel) { return channel.down; });
  return filled(
      "c_network_activation.in",
      {{"SHIFT", up || down
                     ? "  const int8_t shift = (int8_t)@UPPER@READ_1(@PREFIX@_shifts + channel);"
                     : ""},
       {"UP", up ? "  if (shift < 0) sum *= (int32_t)1 << -shift;" : ""},
       {"DOWN", down ? (up ? "  value = (uint32_t)sum >> (shift > 0 ? shift : 0);"
                           : "  value = (uint32_t)sum >> shift;")
                     : "  value = (uint32_t)sum;"},
       {"BIAS_TYPE", network_.short_biases ? "int16_t" : "int32_t"},
       {"BIAS_BYTES", network_.short_biases ? "2" : "4"}});
}

std::string Source::widths() const {
  std::string text = filled("c_network_total.in");
  for (const unsigned bits : model::decoder::weight_widths) {
    const std::string width = fmt::format("{}", bits);
    const std::string bytes = fmt::format("{}", bits / 2);
    const std::string offset = fmt::format("{}", weight_offset(bits));
    bool used = network_.layers.front().bits == bits;
    bool dense = false;
    bool hidden = false;
    bool short_sums = true;
    for (std::size_t l = 1; l < network_.layers.size(); ++l) {
      const DeviceLayer& layer = network_.layers[l];
      if (layer.bits != bits) continue;
      used = dense = true;
      hidden = hidden || l + 1 < network_.layers.size();
      short_sums = short_sums && layer.short_sums;
    }
    if (!used) continue;
    if (bits == network_.layers.front().bits) {
      std::string unpack = export_text::fill(fmt::format("c_network_unpack_{}.in", bits), {});
      unpack.pop_back();
      text +=
          filled("c_network_unpack.in", {{"BITS", width}, {"OFFSET", offset}, {"UNPACK", unpack}});
    }
    if (!dense) continue;
    const std::string accumulator = short_sums ? "uint_fast16_t" : "uint32_t";
    std::string add =
        export_text::fill(fmt::format("c_network_add_{}.in", bits), {{"ACCUMULATOR", accumulator}});
    add.pop_back();
    text += filled("c_network_sum.in", {{"BITS", width},
                                        {"BYTES", bytes},
                                        {"OFFSET", offset},
                                        {"ACCUMULATOR", accumulator},
                                        {"ADD", add}});
    if (hidden) {
      text += filled("c_network_dense.in", {{"BITS", width}, {"BYTES", bytes}, {"OFFSET", offset}});
    }
  }
  return text;
}

std::string Source::table() const {
  const DeviceLayer& table = network_.layers.front();
  return filled("c_network_table.in", {{"BITS", fmt::format("{}", table.bits)},
                                       {"BYTES", fmt::format("{}", table.bits / 2)},
                                       {"ROW_BYTES", fmt::format("{}U", table.row_bytes)},
                                       {"FOURS", fmt::format("{}", in_fours(table.outputs) / 4)}});
}

// Each layer, and zeros behind activations that do not fill a group of four.
std::string Source::calls() const {
  std::string text;
  std::size_t channel = 0;
  for (std::size_t l = 0; l + 1 < network_.layers.size(); ++l) {
    const DeviceLayer& layer = network_.layers[l];
    if (l > 0) {
      text += fmt::format("  {0}_layer_{1}({0}_weights_{2}, {3}, {4}, {5}, {6}, {7});\n",
                          encoder_.prefix, layer.bits, l, channel, place(l - 1),
                          in_fours(layer.inputs) / 4, place(l), layer.outputs);
    }
    channel += layer.outputs;
    for (std::size_t unit = layer.outputs; unit % 4 != 0; ++unit) {
      text += fmt::format("  {}[{}] = 0;\n", place(l), unit);
    }
  }
  if (!text.empty()) text.pop_back();
  return text;
}

std::string Source::finish() const {
  const std::string inputs = place(network_.layers.size() - 2);
  const std::string fours = fmt::format("{}", in_fours(last().inputs) / 4);
  const std::string offset = fmt::format("{}", weight_offset(last().bits));
  const std::string row_bytes = fmt::format("{}", last().row_bytes);
  const std::string bits = fmt::format("{}", last().bits);
  const std::string outputs = fmt::format("{}", last().outputs);
  const std::string row = row_of_last();
  std::string text = filled(classes_ ? "c_network_finish_classes.in" : "c_network_finish.in",
                            {{"CLASSES", outputs},
                             {"BITS", bits},
                             {"ROW", row},
                             {"INPUTS", inputs},
                             {"FOURS", fours},
                             {"OFFSET", offset},
                             {"ROW_BYTES", row_bytes}});
  text.pop_back();
  return text;
}

std::string Source::layers() const {
  const model::decoder::FixedPointOutputs& outputs = network_.outputs;
  const model::decoder::FixedPoint& one = outputs.channels.front();
  const auto of_output = [&](std::string_view read, std::string_view name) {
    return fmt::format("{}READ_{}({}_output_{} + output)", upper_, read, encoder_.prefix, name);
  };
  const std::string variables =
      fmt::format("  const uint8_t *row = {};\n  uint16_t likeliest = 0;\n  int32_t highest = 0;",
                  row_of_last());
  const std::size_t second = network_.second_place();
  return filled(
      "c_network_layers.in",
      {{"RESULT_NOTE",
        classes_ ? "The last sum of a class as its score." : "The last sum as the prediction."},
       {"OUTPUT_PARAMETER", classes_ ? ", " + index_ + " output" : ""},
       {"GUARD", fmt::format("((int32_t)1 << {})", outputs.guard)},
       {"BIAS", classes_ ? "(int32_t)" + of_output("4", "biases") : long_text(one.bias)},
       {"MULTIPLIER",
        classes_ ? of_output("2", "multipliers") : fmt::format("{}UL", one.multiplier)},
       {"OUTPUT_SHIFT", classes_ ? of_output("1", "shifts") : fmt::format("{}", one.shift)},
       {"OFFSET", long_text(outputs.offset)},
       {"SECOND", network_.layers.size() > 2
                      ? fmt::format("  uint8_t *const second = first + {};", second)
                      : ""},
       {"FINISH_VARIABLES", classes_ ? variables : ""},
       {"UNITS", fmt::format("{}", network_.layers.front().outputs)},
       {"CALLS", calls()},
       {"FINISH", finish()}});
}

std::string Source::entries() const {
  const bool radix = encoder_.packing == payload::Packing::radix;
  std::string text = filled("c_network_codes.in");
  text += filled(radix ? "c_network_payload_radix.in" : "c_network_payload_bits.in") + "\n";
  text += filled("c_network_readings.in");
  if (encoder_.has_gaps()) text += filled("c_network_masked.in");
  text.pop_back();
  return text;
}

std::string Source::text() const {
  const auto without_last_line = [](std::string part) {
    part.pop_back();
    return part;
  };
  return filled("c_network_source.in", {{"MODEL", in_comment(encoder_.model)},
                                        {"SUM", network_.sum_bytes() == 2 ? "int16_t" : "int32_t"},
                                        {"ARRAYS", without_last_line(arrays())},
                                        {"ACTIVATION", without_last_line(activation())},
                                        {"WIDTHS", without_last_line(widths())},
                                        {"TABLE", without_last_line(table())},
                                        {"LAYERS", without_last_line(layers())},
                                        {"ENTRIES", entries()}});
}

}  // namespace

std::vector<export_text::File> c_network_files(const model::Model& model, const CEncoder& encoder) {
  return {{encoder.prefix + "_network.h", c_network_header(model, encoder)},
          {encoder.prefix + "_network.c", Source(model, encoder).text()}};
}

}  // namespace terse::export_c
