#include "terse/export/header_decoder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "terse/error.h"
#include "terse/export/text_template.h"

namespace terse::exporting {
namespace {

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

std::string rows_text(const Matrix& matrix) {
  std::string text;
  for (std::size_t row = 0; row < matrix.rows(); ++row) {
    text += fmt::format("{}{{{}}}", row == 0 ? "" : ",\n", floats_text(matrix.row(row)));
  }
  return text;
}

std::string layers_text(const model::Model& model) {
  std::string text;
  for (std::size_t l = 0; l < model.layers.size(); ++l) {
    const network::DenseLayer& layer = model.layers[l];
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

std::string unpack_text(const payload::Layout& layout) {
  if (layout.packing() == payload::Packing::bits) {
    return without_end(fill("header_unpack_bits.in", {}));
  }
  const std::string digits = std::to_string(layout.bytes() - (layout.tag() ? 1 : 0));
  return without_end(fill("header_unpack_radix.in", {{"DIGITS", digits}}));
}

std::string header_text(const model::Model& model, const std::string& name) {
  const payload::Layout layout = model.layout();
  std::string guard = name;
  for (char& c : guard) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  std::string names;
  for (const model::Feature& feature : model.features) {
    names += (names.empty() ? "" : ",\n    ") + literal(feature.name);
  }
  const std::string thresholds =
      model.thresholds.values.empty() ? "0.0F" : floats_text(model.thresholds.values);
  std::string tag;
  if (layout.tag()) {
    tag = fmt::format("  if (*data++ != {}) return status::wrong_tag;", *layout.tag());
  }
  std::string apply;
  for (std::size_t l = 0; l < model.layers.size(); ++l) {
    apply +=
        fmt::format("{}  const auto v{} = detail::apply(detail::weights_{}, detail::bias_{}, v{});",
                    l == 0 ? "" : "\n", l + 1, l, l, l);
  }
  return fill("header_decoder.in",
              {{"TITLE", name},
               {"NAME", name},
               {"GUARD", guard},
               {"FEATURES", std::to_string(layout.features())},
               {"BYTES", std::to_string(layout.bytes())},
               {"NAMES", names},
               {"TARGET", literal(model.target_name)},
               {"LEVELS", fmt::format("{}", fmt::join(layout.levels(), ", "))},
               {"THRESHOLDS", thresholds},
               {"FIRST", fmt::format("{}", fmt::join(model.thresholds.offsets, ", "))},
               {"UNITS", std::to_string(model.table.columns())},
               {"TABLE", rows_text(model.table)},
               {"TABLE_BIAS", floats_text(model.table_bias)},
               {"LAYERS", layers_text(model)},
               {"TAG", tag},
               {"UNPACK", unpack_text(layout)},
               {"APPLY", apply},
               {"LAST", fmt::format("v{}", model.layers.size())},
               {"DEVIATION", double_text(model.target_deviation)},
               {"MEAN", double_text(model.target_mean)}});
}

}  // namespace

std::vector<File> header_files(const model::Model& model, const std::string& name) {
  if (model.full_precision()) {
    throw InputError("--to header", "", "full precision has no codes to decode",
                     "train with --method bw-sq");
  }
  if (model.payload_bits() == 0) {
    throw InputError("--to header", "", "this model sends no feature", "train with more levels");
  }
  return {{name + ".hpp", header_text(model, name)}};
}

}  // namespace terse::exporting
