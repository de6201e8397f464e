#include "terse/export/python/module.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <string_view>

#include "terse/export/c/descriptions.h"
#include "terse/export/c/package.h"
#include "terse/export/c/vectors.h"
#include "terse/export/python/templates.h"
#include "terse/text/hex.h"

namespace terse::export_python {
namespace {

using export_text::DeviceFeature;
using export_text::ReadingType;

/// Of an array of what is compared.
std::string_view array_code(ReadingType type) {
  switch (type) {
    case ReadingType::uint8:
      return "B";
    case ReadingType::uint10:
    case ReadingType::uint16:
      return "H";
    case ReadingType::int16:
      return "h";
    case ReadingType::int32:
      return "i";
    case ReadingType::float32:
      break;
  }
  return "I";
}

/// A held value as it is compared: of a float32 its place from 0.
std::int64_t compared(const DeviceFeature& feature, std::int64_t held) {
  return feature.input.type == ReadingType::float32 ? held - INT32_MIN : held;
}

std::string limits_text(const DeviceFeature& feature) {
  std::string text;
  for (std::size_t j = 0; j < feature.thresholds.size(); ++j) {
    text += fmt::format("{}{},", text.empty() ? "" : " ",
                        compared(feature, export_text::last_held(feature, j)));
  }
  return text;
}

/// Within three quotation marks, where an end of them, and a backslash, would be read as such.
std::string in_docstring(std::string_view name) {
  std::string text = export_c::in_comment(name);
  std::ranges::replace(text, '"', '_');
  return text;
}

std::string module_text(const export_c::Encoder& encoder) {
  std::vector<templates::ModulePy::FeaturesItem> features;
  std::size_t bits = 0;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    const DeviceFeature& feature = encoder.features[f];
    const export_text::DeviceInput input = feature.input.simplified();
    const export_text::HeldRange range = input.limits.value_or(export_text::HeldRange{
        export_text::held_min(input.type), export_text::held_max(input.type)});
    features.push_back(
        {.base = feature.passed,
         .code_type = array_code(input.type),
         .descending = feature.descending(),
         .highest = compared(feature, range.last),
         .input = export_c::input_description(feature.input),
         .levels = feature.levels(),
         .limits = limits_text(feature),
         .lowest = compared(feature, range.first),
         .missing = feature.missing_level,
         .name = export_c::in_comment(encoder.names[f]),
         .padded_place = fmt::format("{:>3}", f),
         .place = f,
         .sent = feature.sent(),
         .sentinel = input.sentinel
                         ? fmt::format("({}, {})", compared(feature, input.sentinel->first),
                                       compared(feature, input.sentinel->last))
                         : "",
         .type = export_text::name_of(input.type)});
    bits += static_cast<std::size_t>(std::bit_width(feature.levels() - 1));
  }
  const bool fills = !encoder.radix() && bits % 8 != 0;
  return templates::ModulePy{.feature_count = features.size(),
                             .features = features,
                             .fill_bits = fills ? std::to_string(8 - bits % 8) : "",
                             .holds_floats = encoder.holds_any(ReadingType::float32),
                             .id = encoder.id,
                             .model = in_docstring(encoder.model),
                             .payload_bytes = encoder.layout().bytes(),
                             .radix = encoder.radix(),
                             .tag = encoder.tag ? fmt::format("{:02X}", *encoder.tag) : ""}
      .filled();
}

std::string value_of(const DeviceFeature& feature, const export_c::TestVector& vector,
                     std::size_t place) {
  if (vector.missing[place]) return "None";
  if (feature.input.type != ReadingType::float32) return std::to_string(vector.held[place]);
  return fmt::format("{:.9g}", export_text::float_at_place(vector.held[place]));
}

std::string test_text(const model::Model& model, const export_c::Encoder& encoder) {
  std::vector<templates::ModuleTestPy::SamplesItem> samples;
  for (const export_c::TestVector& vector : export_c::test_vectors(model, encoder)) {
    std::vector<templates::ModuleTestPy::SamplesItem::ReadingsItem> readings;
    for (std::size_t f = 0; f < encoder.features.size(); ++f) {
      readings.push_back({.value = value_of(encoder.features[f], vector, f)});
    }
    samples.push_back(
        {.message = vector.refused ? "" : text::to_hex(vector.payload), .readings = readings});
  }
  return templates::ModuleTestPy{.prefix = encoder.prefix, .samples = samples}.filled();
}

}  // namespace

std::vector<export_text::File> module_files(const model::Model& model,
                                            const export_c::Encoder& encoder) {
  return {{encoder.prefix + ".py", module_text(encoder)},
          {encoder.prefix + "_test.py", test_text(model, encoder)},
          {"README.md", templates::ReadmeMd{.feature_count = encoder.features.size(),
                                            .model = encoder.model,
                                            .payload_bytes = encoder.layout().bytes(),
                                            .prefix = encoder.prefix,
                                            .refuses = encoder.may_refuse()}
                            .filled()},
          {"LICENSE", export_c::license_text()}};
}

}  // namespace terse::export_python
