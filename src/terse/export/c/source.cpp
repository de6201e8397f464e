#include "terse/export/c/source.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "terse/export/c/avr_limits.h"
#include "terse/export/c/cost.h"
#include "terse/export/c/descriptions.h"
#include "terse/export/c/literals.h"
#include "terse/export/c/rows.h"
#include "terse/export/c/size.h"
#include "terse/export/c/speed.h"
#include "terse/export/c/templates.h"

namespace terse::export_c {
namespace {

/// The distinct last part of each feature's macro.
std::vector<std::string> macros_of(const Encoder& encoder) {
  std::vector<std::string> macros;
  std::set<std::string> taken = {"features", "payload_bytes", "h"};
  for (std::size_t f = 0; f < encoder.names.size(); ++f) {
    std::string name = export_text::identifier(encoder.names[f]);
    if (!taken.insert(name).second) {
      name += fmt::format("_{}", f);
      while (!taken.insert(name).second) name += "x";
    }
    for (char& c : name) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    macros.push_back(name);
  }
  return macros;
}

std::string header_text(const Encoder& encoder) {
  using Feature = templates::EncoderH::FeaturesItem;
  const std::vector<std::string> macros = macros_of(encoder);
  std::vector<Feature> features;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    const export_text::DeviceFeature& feature = encoder.features[f];
    const bool computed = f + encoder.computed >= encoder.features.size();
    features.push_back({.input = computed ? encoder.prefix + "_compute() sets it"
                                          : input_description(feature.input),
                        .macro = macros[f],
                        .may_be_missing = feature.missing_level,
                        .name = in_comment(encoder.names[f]),
                        .padded_place = fmt::format("{:>3}", f),
                        .place = f,
                        .sent = feature.sent()});
  }
  return templates::EncoderH{
      .computed = encoder.computed > 0,
      .counts_bits = counts_bits(encoder),
      .fails = std::ranges::any_of(
          encoder.features,
          [](const auto& feature) { return feature.sent() && feature.input.may_fail(); }),
      .feature_count = features.size(),
      .features = features,
      .gaps = encoder.has_gaps(),
      .holds_floats = encoder.holds_any(export_text::ReadingType::float32),
      .id = encoder.id,
      .mixes = encoder.mixes_floats(),
      .model = in_comment(encoder.model),
      .payload_bytes = encoder.layout().bytes(),
      .prefix = encoder.prefix,
      .radix = encoder.radix(),
      .reading_type = reading_type(encoder),
      .refuses = encoder.may_refuse(),
      .row_bits = 8 * element_bytes(encoder),
      .runs = encoder.form == Form::size && !runs_of(encoder).empty(),
      .speed = encoder.form == Form::speed,
      .table_bytes = table_bytes(encoder),
      .tag = hexadecimal(encoder.tag),
      .upper = encoder.upper_prefix()}
      .filled();
}

std::string source_text(const Encoder& encoder) {
  return templates::EncoderC{
      .digit_bytes = encoder.layout().bytes() - (encoder.tag ? 1 : 0),
      .functions = encoder.form == Form::size ? size_functions(encoder) : speed_functions(encoder),
      .holds_floats = encoder.holds_any(export_text::ReadingType::float32),
      .model = in_comment(encoder.model),
      .prefix = encoder.prefix,
      .radix = encoder.radix(),
      .refuses = encoder.may_refuse(),
      .too_large_for_avr = too_large_for_avr(encoder),
      .upper = encoder.upper_prefix()}
      .filled();
}

}  // namespace

std::vector<export_text::File> encoder_files(const Encoder& encoder) {
  return {{encoder.prefix + ".h", header_text(encoder)},
          {encoder.prefix + ".c", source_text(encoder)}};
}

}  // namespace terse::export_c
