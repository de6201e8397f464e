#include "terse/export/rust/crate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <cmath>
#include <set>
#include <string_view>

#include "terse/export/c/descriptions.h"
#include "terse/export/c/package.h"
#include "terse/export/c/send.h"
#include "terse/export/c/vectors.h"
#include "terse/export/rust/templates.h"
#include "terse/export/text/owned_names.h"
#include "terse/text/wrapping.h"

namespace terse::export_rust {
namespace {

using export_text::DeviceFeature;
using export_text::ReadingType;

std::string_view type_of(ReadingType type) {
  switch (type) {
    case ReadingType::uint8:
      return "u8";
    case ReadingType::uint10:
    case ReadingType::uint16:
      return "u16";
    case ReadingType::int16:
      return "i16";
    case ReadingType::int32:
      return "i32";
    case ReadingType::float32:
      break;
  }
  return "f32";
}

bool is_float(const DeviceFeature& feature) {
  return feature.input.type == ReadingType::float32;
}

/// A field for each feature: distinct, and no keyword.
std::vector<std::string> fields_of(const export_c::Encoder& encoder) {
  std::vector<std::string> fields;
  std::set<std::string> taken;
  for (std::size_t f = 0; f < encoder.names.size(); ++f) {
    std::string name = export_text::identifier(encoder.names[f]);
    const auto owner = export_text::owner_of(name);
    if (!taken.insert(name).second) {
      name += fmt::format("_{}", f);
      while (!taken.insert(name).second) name += "x";
    } else if (owner && owner->find("keyword") != std::string_view::npos) {
      name += "_";
    }
    fields.push_back(name);
  }
  return fields;
}

/// A held value as it is compared: of a float32 its order().
std::string compared(const DeviceFeature& feature, std::int64_t held) {
  return is_float(feature) ? fmt::format("0x{:08X}", held - INT32_MIN) : std::to_string(held);
}

/// Whether `held` means a missing reading; empty if no value does.
std::string no_reading(const DeviceFeature& feature) {
  const export_text::DeviceInput input = feature.input.simplified();
  std::vector<std::string> parts;
  if (is_float(feature)) parts.emplace_back("held == 0");  // a NaN
  const auto add = [&](std::string_view comparison, std::int64_t held) {
    parts.push_back(fmt::format("held {} {}", comparison, compared(feature, held)));
  };
  const auto [lowest, highest] = export_text::limit_ends(input.type, input.limits);
  if (lowest) add("<", *lowest);
  if (highest) add(">", *highest);
  if (input.sentinel) {
    for (std::int64_t held = input.sentinel->first; held <= input.sentinel->last; ++held) {
      add("==", held);
    }
  }
  return fmt::format("{}", fmt::join(parts, " || "));
}

std::string code_of(const DeviceFeature& feature, std::size_t place) {
  if (feature.thresholds.empty()) return std::to_string(feature.passed);
  return fmt::format("{}{}(&LIMITS_{}, held)",
                     feature.passed == 0 ? "" : std::to_string(feature.passed) + " + ",
                     feature.descending() ? "below" : "above", place);
}

/// A sample's value of one feature.
std::string value_of(const DeviceFeature& feature, const export_c::TestVector& vector,
                     std::size_t place) {
  if (vector.missing[place]) return "None";
  std::string value = std::to_string(vector.held[place]);
  if (is_float(feature)) {
    const float real = export_text::float_at_place(vector.held[place]);
    value = std::isnan(real)    ? "f32::NAN"
            : !std::isinf(real) ? fmt::format("{:.9g}f32", real)
            : real < 0.0F       ? "f32::NEG_INFINITY"
                                : "f32::INFINITY";
  }
  return feature.missing_level ? fmt::format("Some({})", value) : value;
}

std::string library_text(const export_c::Encoder& encoder, std::span<const std::string> fields,
                         bool send_on_change) {
  std::vector<templates::LibRs::FeaturesItem> features;
  bool rises = false;
  bool falls = false;
  bool holds_floats = false;
  for (std::size_t f = 0; f < fields.size(); ++f) {
    const DeviceFeature& feature = encoder.features[f];
    std::vector<std::string> limits;
    for (std::size_t j = 0; j < feature.thresholds.size(); ++j) {
      limits.push_back(compared(feature, export_text::last_held(feature, j)));
    }
    rises = rises || (!limits.empty() && !feature.descending());
    falls = falls || (!limits.empty() && feature.descending());
    holds_floats = holds_floats || (feature.sent() && is_float(feature));
    features.push_back({.code = code_of(feature, f),
                        .field = fields[f],
                        .input = export_c::input_description(feature.input),
                        .is_float = is_float(feature),
                        .levels = feature.levels(),
                        .limit_count = limits.size(),
                        .limits = limits.empty() ? "" : text::comma_lines(limits, "    "),
                        .missing = feature.missing_level,
                        .missing_code = feature.levels() - 1,
                        .name = export_c::in_comment(encoder.names[f]),
                        .no_reading = no_reading(feature),
                        .place = f,
                        .sent = feature.sent(),
                        .type = type_of(feature.input.type),
                        .width = std::bit_width(feature.levels() - 1)});
  }
  return templates::LibRs{.falls = falls,
                          .feature_count = features.size(),
                          .features = features,
                          .holds_floats = holds_floats,
                          .id = encoder.id,
                          .model = export_c::in_comment(encoder.model),
                          .payload_bytes = encoder.layout().bytes(),
                          .radix = encoder.radix(),
                          .refuses = encoder.may_refuse(),
                          .rises = rises,
                          .sends = send_on_change,
                          .tag = encoder.tag ? fmt::format("{:02X}", *encoder.tag) : ""}
      .filled();
}

std::string vectors_text(const model::Model& model, const export_c::Encoder& encoder,
                         std::span<const std::string> fields) {
  std::vector<templates::VectorsRs::SamplesItem> samples;
  for (const export_c::TestVector& vector : export_c::test_vectors(model, encoder)) {
    std::vector<templates::VectorsRs::SamplesItem::ReadingsItem> readings;
    for (std::size_t f = 0; f < fields.size(); ++f) {
      readings.push_back({.field = fields[f], .value = value_of(encoder.features[f], vector, f)});
    }
    samples.push_back({.message = vector.refused
                                      ? ""
                                      : fmt::format("0x{:02X}", fmt::join(vector.payload, ", 0x")),
                       .readings = readings});
  }
  return templates::VectorsRs{
      .prefix = encoder.prefix, .refuses = encoder.may_refuse(), .samples = samples}
      .filled();
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
  const std::string sizes = lines_of(codes.sizes);
  return templates::SendRs{.codes = codes.sizes.size(),
                           .highest = lines_of(codes.highest),
                           .levels = sizes,
                           .radix = encoder.radix(),
                           .tag = encoder.tag.has_value(),
                           .widths = sizes}
      .filled();
}

}  // namespace

std::vector<export_text::File> crate_files(const model::Model& model,
                                           const export_c::Encoder& encoder, bool send_on_change) {
  const std::vector<std::string> fields = fields_of(encoder);
  const std::size_t bytes = encoder.layout().bytes();
  std::vector<export_text::File> files = {
      {"Cargo.toml", templates::CargoToml{.feature_count = fields.size(),
                                          .id = encoder.id,
                                          .payload_bytes = bytes,
                                          .prefix = encoder.prefix}
                         .filled()},
      {"src/lib.rs", library_text(encoder, fields, send_on_change)},
      {"tests/vectors.rs", vectors_text(model, encoder, fields)},
      {"README.md", templates::ReadmeMd{.feature_count = fields.size(),
                                        .gaps = encoder.has_gaps(),
                                        .model = encoder.model,
                                        .payload_bytes = bytes,
                                        .prefix = encoder.prefix,
                                        .refuses = encoder.may_refuse(),
                                        .sends = send_on_change}
                        .filled()},
      {"LICENSE", export_c::license_text()}};
  if (send_on_change) files.push_back({"src/send.rs", send_text(model, encoder)});
  return files;
}

}  // namespace terse::export_rust
