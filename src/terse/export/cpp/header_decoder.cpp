#include "terse/export/cpp/header_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"
#include "terse/base/overloaded.h"
#include "terse/export/text/device_features.h"
#include "terse/export/text/text_template.h"

namespace terse::export_cpp {
namespace {

using base::Overloaded;
using model::decoder::FullPrecision;
using model::decoder::Integers;
using model::decoder::Lookup;
using model::decoder::Trees;

[[noreturn]] void refuse_full_precision() {
  throw base::OptionError("to header", "", "full precision has no codes to decode",
                          "train with `method` bw-sq");
}

std::string float_text(float value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text + 'F';
}

std::string double_text(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string floats_text(std::span<const float> values) {
  std::string text;
  std::size_t line = 0;
  for (const float value : values) {
    if (!text.empty()) text += text.size() - line > 90 ? ",\n" : ", ";
    if (text.ends_with('\n')) line = text.size();
    text += float_text(value);
  }
  return text;
}

// Octal escapes, which end after three digits whatever follows.
std::string literal(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const bool plain = c >= ' ' && c <= '~' && c != '"' && c != '\\' && c != '?';
    result += plain ? std::string(1, c) : fmt::format("\\{:03o}", static_cast<unsigned char>(c));
  }
  return result + '"';
}

std::string rows_text(const base::Matrix& matrix) {
  std::string text;
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    text += fmt::format("{}{{{}}}", row == 0 ? "" : ",\n", floats_text(matrix.row(row)));
  }
  return text;
}

std::string layers_text(std::span<const inference::DenseLayer> layers) {
  std::string text;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const inference::DenseLayer& layer = layers[l];
    text += fmt::format("inline constexpr float weights_{}[{}][{}] = {{\n{}}};\n", l,
                        layer.weights.rows(), layer.weights.columns(), rows_text(layer.weights));
    text += fmt::format("inline constexpr float bias_{}[{}] = {{{}}};\n", l, layer.bias.size(),
                        floats_text(layer.bias));
  }
  return text;
}

std::string without_end(std::string text) {
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

bool has_gaps(const model::Model& model) {
  return std::ranges::any_of(model.features, &model::Feature::missing_level);
}

bool has_categories(const model::Model& model) {
  return std::ranges::any_of(
      model.features, [](const model::Feature& feature) { return !feature.categories.empty(); });
}

std::string unpack_text(const payload::Layout& layout) {
  if (layout.packing() == payload::Packing::bits) {
    return without_end(export_text::fill("header_unpack_bits.in", {}));
  }
  const std::string digits = std::to_string(layout.bytes() - (layout.tag() ? 1 : 0));
  return without_end(export_text::fill("header_unpack_radix.in", {{"DIGITS", digits}}));
}

/// What a feature's code can say besides the number of thresholds below the reading.
std::string gaps_text(const model::Model& model) {
  std::string text;
  if (has_gaps(model)) {
    std::vector<std::size_t> codes;
    const std::vector<std::size_t> levels = model.levels();
    for (std::size_t f = 0; f < levels.size(); ++f) {
      codes.push_back(model.features[f].missing_level ? levels[f] - 1 : 0);
    }
    text += fmt::format(
        "/// The code of a missing reading; 0 where there is none.\n"
        "inline constexpr std::array<std::uint8_t, features> missing_code = {{{}}};",
        fmt::join(codes, ", "));
  }
  if (has_categories(model)) {
    std::vector<std::size_t> offsets{0};
    std::string names;
    for (const model::Feature& feature : model.features) {
      for (const std::string& name : feature.categories) names += literal(name) + ",\n    ";
      offsets.push_back(offsets.back() + feature.categories.size());
    }
    text += fmt::format(
        "{}inline constexpr std::array<std::uint32_t, features + 1> first_category = {{{}}};\n"
        "inline constexpr const char* categories[] = {{{}nullptr}};",
        text.empty() ? "" : "\n", fmt::join(offsets, ", "), names);
  }
  return text;
}

std::string trees_text(const Trees& trees) {
  std::string nodes;
  for (const model::decoder::TreeNode& node : trees.nodes) {
    const bool leaf = node.left == 0;
    // Codes are whole and at most 255, so this limit sends each where the split does.
    const double limit = std::clamp(std::ceil(static_cast<double>(node.value)), 0.0, 256.0);
    nodes += fmt::format("    {{{}, {}, {}, {}}},\n", node.left, node.feature, leaf ? 0.0 : limit,
                         leaf ? float_text(node.value) : "0.0F");
  }
  nodes.pop_back();
  return without_end(export_text::fill(
      "header_trees.in",
      {{"ROOTS", fmt::format("{}", fmt::join(trees.roots, ", "))}, {"NODES", nodes}}));
}

std::string network_text(const Lookup& lookup) {
  std::string apply;
  for (std::size_t l = 0; l < lookup.layers.size(); ++l) {
    apply += fmt::format("{}  const auto v{} = apply(weights_{}, bias_{}, v{});",
                         l == 0 ? "" : "\n", l + 1, l, l, l);
  }
  return export_text::fill("header_network.in", {{"UNITS", std::to_string(lookup.table.columns())},
                                                 {"TABLE", rows_text(lookup.table)},
                                                 {"TABLE_BIAS", floats_text(lookup.bias)},
                                                 {"LAYERS", layers_text(lookup.layers)}}) +
         "\n" +
         without_end(export_text::fill(
             "header_sum.in",
             {{"APPLY", apply}, {"LAST", fmt::format("v{}", lookup.layers.size())}}));
}

std::string decoder_text(const model::Model& model) {
  return std::visit(
      Overloaded{[](const Lookup& lookup) { return network_text(lookup); },
                 [](const Integers& integers) { return network_text(integers.in_floats()); },
                 [](const Trees& trees) { return trees_text(trees); },
                 [](const FullPrecision&) -> std::string { refuse_full_precision(); }},
      model.decoder);
}

std::string predict_text(const model::Model& model) {
  std::string text =
      has_categories(model) ? export_text::fill("header_categories.in", {}) + "\n" : "";
  text += std::visit(
      Overloaded{[](const model::Number& number) {
                   return export_text::fill("header_predict.in",
                                            {{"DEVIATION", double_text(number.deviation)},
                                             {"MEAN", double_text(number.mean)}});
                 },
                 [](const model::Classes&) { return export_text::fill("header_classify.in", {}); }},
      model.output);
  return without_end(text);
}

std::string classes_text(const model::Classes& classes) {
  std::string names;
  for (const std::string& name : classes.labels) {
    names += (names.empty() ? "" : ",\n    ") + literal(name);
  }
  return fmt::format(
      "inline constexpr std::size_t classes = {};\n"
      "inline constexpr const char* class_names[classes] = {{{}}};",
      classes.labels.size(), names);
}

std::string header_text(const model::Model& model, const std::string& name) {
  const payload::Layout layout = model.layout();
  std::string guard = name;
  for (char& c : guard) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  std::string names;
  std::vector<float> thresholds;
  std::vector<std::size_t> offsets{0};
  for (std::size_t f = 0; f < model.features.size(); ++f) {
    names += (names.empty() ? "" : ",\n    ") + literal(model.features[f].name);
    const std::vector<float> own = export_text::device_thresholds(model, f);
    thresholds.insert(thresholds.end(), own.begin(), own.end());
    offsets.push_back(thresholds.size());
  }
  std::string tag;
  if (layout.tag()) {
    tag = fmt::format("  if (*data++ != {}) return status::wrong_tag;", *layout.tag());
  }
  std::string example = fmt::format("const float prediction = {}::predict(codes);", name);
  std::string labels;
  if (const auto* classes = std::get_if<model::Classes>(&model.output)) {
    example = fmt::format("const char* label = {0}::class_names[{0}::predict(codes)];", name);
    labels = classes_text(*classes);
  }
  std::string note;
  if (has_gaps(model)) note = "/// A NaN is a missing reading.";
  if (has_categories(model))
    note += (note.empty() ? "" : "\n") +
            std::string("/// A category's reading is its place in the list.");
  return export_text::fill(
      "header_decoder.in",
      {{"TITLE", name},
       {"NAME", name},
       {"GUARD", guard},
       {"EXAMPLE", example},
       {"FEATURES", std::to_string(layout.features())},
       {"BYTES", std::to_string(layout.bytes())},
       {"NAMES", names},
       {"TARGET", literal(model.target_name)},
       {"CLASSES", labels},
       {"LEVELS", fmt::format("{}", fmt::join(layout.levels(), ", "))},
       {"THRESHOLDS", thresholds.empty() ? "0.0F" : floats_text(thresholds)},
       {"FIRST", fmt::format("{}", fmt::join(offsets, ", "))},
       {"GAPS", gaps_text(model)},
       {"DECODER", decoder_text(model)},
       {"CODE_NOTE", note},
       {"GAP", has_gaps(model)
                   ? "  if (std::isnan(reading) && detail::missing_code[feature] != 0) return "
                     "detail::missing_code[feature];"
                   : ""},
       {"TAG", tag},
       {"UNPACK", unpack_text(layout)},
       {"PREDICT", predict_text(model)}});
}

}  // namespace

std::vector<export_text::File> header_files(const model::Model& model, const std::string& name) {
  if (model.full_precision()) refuse_full_precision();
  if (model.payload_bits() == 0) {
    throw base::OptionError("to header", "", "this model sends no feature",
                            "train with more levels");
  }
  return {{name + ".hpp", header_text(model, name)}};
}

}  // namespace terse::export_cpp
