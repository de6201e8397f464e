#include "terse/export/c/source.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "terse/base/error.h"
#include "terse/export/c/parts.h"
#include "terse/export/text/text_template.h"
#include "terse/text/quoting.h"

namespace terse::export_c {
namespace {

bool any_of_type(const CEncoder& encoder, export_text::ReadingType type) {
  return std::any_of(
      encoder.features.begin(), encoder.features.end(),
      [&](const export_text::DeviceFeature& feature) { return feature.input.type == type; });
}

std::string feature_list(const CEncoder& encoder) {
  std::string text;
  for (std::size_t f = 0; f < encoder.features.size(); ++f) {
    const export_text::DeviceFeature& feature = encoder.features[f];
    text += fmt::format(" * {:>3}  {}, {}", f, in_comment(encoder.names[f]),
                        input_description(feature.input));
    if (!feature.sent()) text += ", not sent";
    if (feature.missing_level) text += ", may be missing";
    text += "\n";
  }
  text.pop_back();
  return text;
}

/// One distinct macro per feature.
std::string place_macros(const CEncoder& encoder) {
  std::string text;
  std::set<std::string> taken = {"features", "payload_bytes", "h"};
  const std::string upper = upper_prefix(encoder);
  for (std::size_t f = 0; f < encoder.names.size(); ++f) {
    std::string name = export_text::identifier(encoder.names[f]);
    if (!taken.insert(name).second) {
      name += fmt::format("_{}", f);
      while (!taken.insert(name).second) name += "x";
    }
    for (char& c : name) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    text += fmt::format("#define {}AT_{} {}\n", upper, name, f);
  }
  text.pop_back();
  return text;
}

std::string summary(const CEncoder& encoder) {
  const payload::Layout layout = encoder.layout();
  return fmt::format("{} features, {} bytes a message ({} packing{}); {} form, {} bytes of tables.",
                     encoder.features.size(), layout.bytes(),
                     encoder.packing == payload::Packing::bits ? "bits" : "radix",
                     encoder.tag ? fmt::format(", tag 0x{:02X}", *encoder.tag) : "",
                     encoder.form == Form::size ? "size" : "speed",
                     encoder.form == Form::size ? c_table_bytes(encoder) : 0);
}

std::string header_text(const CEncoder& encoder) {
  const std::string add_missing = fmt::format(
      "/* The next feature has no reading. */\nvoid {0}_add_missing({0}_stream_t *stream);",
      encoder.prefix);
  const std::string upper = upper_prefix(encoder);
  const std::string stream = export_text::fill(
      "c_stream_header.in", {{"PREFIX", encoder.prefix},
                             {"MEMBERS", c_stream_members(encoder)},
                             {"ADD_MISSING", encoder.has_gaps() ? add_missing : ""}});
  return export_text::fill(
      "c_header.in",
      {{"PREFIX", encoder.prefix},
       {"UPPER", upper},
       {"MODEL", in_comment(encoder.model)},
       {"SUMMARY", summary(encoder)},
       {"FEATURES", fmt::format("{}", encoder.features.size())},
       {"PAYLOAD_BYTES", fmt::format("{}", encoder.layout().bytes())},
       {"READING_TYPE", c_reading_type(encoder)},
       {"UNION", encoder.mixes_floats()
                     ? ": value for a float32, count for the integers; any of them may\n"
                       " * be set by a constant, {.value = 20.5F} or {.count = 512}"
                     : ""},
       {"FEATURE_LIST", feature_list(encoder)},
       {"PLACES", place_macros(encoder)},
       {"NAN", any_of_type(encoder, export_text::ReadingType::float32)
                   ? encoder.has_gaps() ? " A NaN is a gap, or has code 0." : " A NaN has code 0."
                   : ""},
       {"GAPS", encoder.has_gaps()
                    ? export_text::fill("c_gaps_header.in", {{"PREFIX", encoder.prefix}})
                    : ""},
       {"STREAM", stream}});
}

std::string source_text(const CEncoder& encoder) {
  const std::string upper = upper_prefix(encoder);
  const export_text::Blank names[] = {{"PREFIX", encoder.prefix}, {"UPPER", upper}};
  const bool floats = any_of_type(encoder, export_text::ReadingType::float32);
  const bool radix = encoder.packing == payload::Packing::radix;
  const std::size_t digit_bytes = encoder.layout().bytes() - (encoder.tag ? 1 : 0);
  return export_text::fill(
      "c_source.in",
      {{"PREFIX", encoder.prefix},
       {"UPPER", upper},
       {"MODEL", in_comment(encoder.model)},
       {"ORDER", floats ? export_text::fill("c_order.in", {names[0], names[1]}) : ""},
       {"DIGIT", radix ? export_text::fill(
                             "c_digit.in",
                             {names[0], names[1], {"DIGIT_BYTES", fmt::format("{}", digit_bytes)}})
                       : ""},
       {"FUNCTIONS",
        encoder.form == Form::size ? c_size_functions(encoder) : c_speed_functions(encoder)}});
}

}  // namespace

payload::Layout CEncoder::layout() const {
  std::vector<std::size_t> levels;
  for (const export_text::DeviceFeature& feature : features) levels.push_back(feature.levels());
  return payload::Layout(packing, levels, tag);
}

bool CEncoder::has_gaps() const {
  return std::any_of(
      features.begin(), features.end(),
      [](const export_text::DeviceFeature& feature) { return feature.missing_level; });
}

bool CEncoder::mixes_floats() const {
  return c_reading_type(*this).starts_with("union");
}

CEncoder c_encoder(const model::Model& model, const std::string& prefix, Form form,
                   std::span<const export_text::DeviceInput> inputs,
                   base::ConstMatrixView calibration, std::uint8_t bytes_max) {
  CEncoder encoder;
  encoder.prefix = prefix;
  encoder.form = form;
  encoder.packing = model.packing;
  encoder.tag = model.tag;
  for (const model::Feature& feature : model.features) encoder.names.push_back(feature.name);
  if (form == Form::size) {
    encoder.features = export_text::device_features(model, inputs, calibration, bytes_max);
  } else {
    for (std::size_t f = 0; f < inputs.size(); ++f) {
      encoder.features.push_back(
          export_text::exact_feature(inputs[f], export_text::device_thresholds(model, f),
                                     "feature " + text::in_quotes(model.features[f].name)));
    }
  }
  for (std::size_t f = 0; f < inputs.size(); ++f) {
    encoder.features[f].missing_level = model.features[f].missing_level;
  }
  TERSE_CHECK(encoder.layout().levels() == model.layout().levels());
  return encoder;
}

std::string_view c_reading_type(const CEncoder& encoder) {
  const auto any = [&](export_text::ReadingType type) { return any_of_type(encoder, type); };
  const bool floats = any(export_text::ReadingType::float32);
  const bool unsigned_words = any(export_text::ReadingType::uint16);
  const bool words = any(export_text::ReadingType::int16);
  const bool long_words = any(export_text::ReadingType::int32) || (words && unsigned_words);
  const bool shorts = words || unsigned_words || any(export_text::ReadingType::uint10);
  if (floats) {
    const bool integers = long_words || shorts || any(export_text::ReadingType::uint8);
    return integers ? "union { float value; int32_t count; }" : "float";
  }
  if (long_words) return "int32_t";
  if (words) return "int16_t";
  return shorts ? "uint16_t" : "uint8_t";
}

std::vector<export_text::File> c_files(const CEncoder& encoder) {
  return {{encoder.prefix + ".h", header_text(encoder)},
          {encoder.prefix + ".c", source_text(encoder)}};
}

}  // namespace terse::export_c
