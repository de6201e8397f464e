// What the README of an exported encoder says about its message.
#include <fmt/core.h>

#include <algorithm>
#include <bit>

#include "terse/export/c/parts.h"

namespace terse::export_c {
namespace {

std::string what_is_held(const model::Feature& feature, const export_text::DeviceInput& input) {
  const std::vector<std::string>& categories = feature.categories;
  if (categories.empty()) return input_description(input);
  std::string text = fmt::format("{}:", export_text::name_of(input.type));
  for (std::size_t place = 0; place < categories.size(); ++place) {
    text += fmt::format("{} {} = {}", place == 0 ? "" : ",", place, categories[place]);
  }
  if (feature.unseen_level) {
    text += fmt::format(", {} = any other", categories.size());
  }
  for (char& c : text) {
    if (c == '|' || static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return text;
}

}  // namespace

std::string c_layout_rows(const model::Model& model, const CEncoder& encoder) {
  std::string text;
  std::size_t bit = encoder.tag ? 8 : 0;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    const export_text::DeviceFeature& feature = encoder.features[f];
    const std::size_t levels = feature.levels();
    const auto width = static_cast<std::size_t>(std::bit_width(levels - 1));
    std::string place = "not sent";
    if (levels > 1 && encoder.packing == payload::Packing::radix) {
      place = fmt::format("{}", levels);
    } else if (levels > 1) {
      place = width == 1 ? fmt::format("{}", bit) : fmt::format("{} to {}", bit, bit + width - 1);
    }
    bit += width;
    std::string name = encoder.names[f];
    for (char& c : name) {
      if (c == '|' || static_cast<unsigned char>(c) < 0x20) c = ' ';
    }
    const std::string& unit = model.features[f].unit;
    text += fmt::format("| {} | {}{} | {} | {} | {} |\n", f, name,
                        unit.empty() ? "" : fmt::format(" [{}]", unit),
                        what_is_held(model.features[f], feature.input), levels, place);
  }
  text.pop_back();
  return text;
}

std::string c_code_text(const model::Model& model) {
  std::string text =
      "The code of a feature is the number of its thresholds that lie below the reading.";
  for (const model::Feature& feature : model.features) {
    if (feature.categories.empty()) continue;
    text += "\nThe code of a category is its place in the list.";
    break;
  }
  if (std::any_of(model.features.begin(), model.features.end(),
                  [](const model::Feature& feature) { return feature.missing_level; })) {
    text += "\nWhere a reading is missing, and the feature may be, the code is levels - 1.";
  }
  return text;
}

std::string c_rounding_text(const model::Model& model, const CEncoder& encoder) {
  std::size_t moved = 0;
  for (const export_text::DeviceFeature& feature : encoder.features) moved += feature.moved;
  if (moved == 0) {
    return "No threshold was rounded: every value gets the code that the library gives it.";
  }
  std::string text = fmt::format(
      "\n{} thresholds were rounded to save flash, so readings close to them may get another "
      "code:\n",
      moved);
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    const export_text::DeviceFeature& feature = encoder.features[f];
    if (feature.moved == 0) continue;
    text += fmt::format("\n- feature {}: {} of {}, by at most {:.4g}{}{}", f, feature.moved,
                        feature.thresholds.size(), feature.moved_max,
                        model.features[f].unit.empty() ? "" : " ", model.features[f].unit);
  }
  return text;
}

}  // namespace terse::export_c
