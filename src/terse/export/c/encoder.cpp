#include "terse/export/c/encoder.h"

#include <algorithm>

#include "terse/base/error.h"
#include "terse/model/identity.h"

namespace terse::export_c {

std::string Encoder::upper_prefix() const {
  std::string upper = prefix;
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper + "_";
}

payload::Layout Encoder::layout() const {
  std::vector<std::size_t> levels;
  for (const export_text::DeviceFeature& feature : features) levels.push_back(feature.levels());
  return payload::Layout(packing, levels, tag);
}

bool Encoder::has_gaps() const {
  return std::ranges::any_of(features, &export_text::DeviceFeature::missing_level);
}

bool Encoder::may_refuse() const {
  return std::ranges::any_of(features, &export_text::DeviceFeature::may_refuse);
}

bool Encoder::holds_any(export_text::ReadingType type) const {
  return std::ranges::any_of(features, [&](const export_text::DeviceFeature& feature) {
    return feature.input.type == type;
  });
}

bool Encoder::mixes_floats() const {
  return reading_type(*this).starts_with("union");
}

Encoder make_encoder(const model::Model& model, const std::string& prefix, Form form,
                     std::span<const export_text::DeviceInput> inputs,
                     base::ConstMatrixView calibration, std::uint8_t bytes_max) {
  Encoder encoder;
  encoder.prefix = prefix;
  encoder.form = form;
  encoder.packing = model.packing;
  encoder.tag = model.tag;
  encoder.computed = model.features.size() - model.readings();
  encoder.id = model::wire_id(model);
  for (const model::Feature& feature : model.features) encoder.names.push_back(feature.name);
  if (form == Form::size) {
    encoder.features = export_text::device_features(model, inputs, calibration, bytes_max);
  } else {
    for (std::size_t f = 0; f < inputs.size(); ++f) {
      encoder.features.push_back(
          export_text::exact_feature(inputs[f], export_text::device_thresholds(model, f)));
    }
  }
  for (std::size_t f = 0; f < inputs.size(); ++f) {
    encoder.features[f].missing_level = model.features[f].missing_level;
  }
  TERSE_CHECK(encoder.layout().levels() == model.layout().levels());
  return encoder;
}

std::string_view reading_type(const Encoder& encoder) {
  const auto any = [&](export_text::ReadingType type) { return encoder.holds_any(type); };
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

}  // namespace terse::export_c
