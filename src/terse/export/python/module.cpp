#include "terse/export/python/module.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <string_view>

#include "terse/export/c/descriptions.h"
#include "terse/export/c/package.h"
#include "terse/export/c/send.h"
#include "terse/export/c/vectors.h"
#include "terse/export/python/templates.h"
#include "terse/text/hex.h"
#include "terse/text/wrapping.h"

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

/// Behind the last code, in its byte; none if it ends there.
std::string fill_bits(const export_c::Encoder& encoder) {
  if (encoder.radix()) return "";
  std::size_t bits = 0;
  for (const DeviceFeature& feature : encoder.features) {
    bits += static_cast<std::size_t>(std::bit_width(feature.levels() - 1));
  }
  return bits % 8 == 0 ? "" : std::to_string(8 - bits % 8);
}

std::string module_text(const export_c::Encoder& encoder) {
  std::vector<templates::ModulePy::FeaturesItem> features;
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
  }
  return templates::ModulePy{.feature_count = features.size(),
                             .features = features,
                             .fill_bits = fill_bits(encoder),
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

std::string lines_of(const std::vector<std::size_t>& numbers) {
  std::vector<std::string> parts;
  for (const std::size_t number : numbers) parts.push_back(std::to_string(number));
  return text::comma_lines(parts, "    ");
}

std::string send_text(const model::Model& model, const export_c::Encoder& encoder) {
  export_c::SentCodes codes = export_c::sent_codes(model, encoder);
  if (encoder.radix()) {
    for (std::size_t& size : codes.sizes) ++size;
  }
  return templates::SendPy{.fill_bits = fill_bits(encoder),
                           .highest = lines_of(codes.highest),
                           .prefix = encoder.prefix,
                           .radix = encoder.radix(),
                           .sizes = lines_of(codes.sizes),
                           .tag = encoder.tag.has_value()}
      .filled();
}

}  // namespace

std::vector<export_text::File> module_files(const model::Model& model,
                                            const export_c::Encoder& encoder, bool send_on_change) {
  std::vector<export_text::File> files = {
      {encoder.prefix + ".py", module_text(encoder)},
      {encoder.prefix + "_test.py", test_text(model, encoder)},
      {"README.md", templates::ReadmeMd{.feature_count = encoder.features.size(),
                                        .model = encoder.model,
                                        .payload_bytes = encoder.layout().bytes(),
                                        .prefix = encoder.prefix,
                                        .refuses = encoder.may_refuse(),
                                        .sends = send_on_change}
                        .filled()},
      {"LICENSE", export_c::license_text()}};
  if (send_on_change) files.push_back({encoder.prefix + "_send.py", send_text(model, encoder)});
  return files;
}

}  // namespace terse::export_python
