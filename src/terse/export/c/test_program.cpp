#include "terse/export/c/test_program.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "terse/base/error.h"
#include "terse/export/c/literals.h"
#include "terse/export/c/network_numbers.h"
#include "terse/export/c/templates.h"
#include "terse/model/decoder/integer_network.h"

namespace terse::export_c {
namespace {

/// Bit f % 8 of byte f / 8: feature f has no reading.
std::string mask_text(const std::vector<bool>& missing) {
  std::vector<unsigned> bytes((missing.size() + 7) / 8);
  for (std::size_t f = 0; f < missing.size(); ++f) bytes[f / 8] |= missing[f] ? 1U << (f % 8) : 0U;
  return fmt::format("0x{:02X}", fmt::join(bytes, ", 0x"));
}

std::string byte_lines(std::span<const std::uint8_t> bytes) {
  return number_lines(
      bytes, [](std::uint8_t byte) { return fmt::format("0x{:02X}", byte); }, "    ");
}

/// Lines of sixteen.
std::string byte_rows(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::string_view between = i == 0 ? "" : i % 16 == 0 ? ",\n   " : ", ";
    text += fmt::format("{}0x{:02X}", between, bytes[i]);
  }
  return text;
}

}  // namespace

std::string reading_lines(const Encoder& encoder, const TestVector& vector) {
  std::vector<std::string> readings;
  for (std::size_t f = 0; f < vector.held.size(); ++f) {
    const export_text::DeviceFeature& feature = encoder.features[f];
    const bool is_float = feature.input.type == export_text::ReadingType::float32;
    const std::string held = held_literal(feature, vector.held[f]);
    const std::string_view member = is_float ? "value" : "count";
    readings.push_back(encoder.mixes_floats() ? fmt::format("{{.{} = {}}}", member, held) : held);
  }
  return number_lines(
      readings, [](const std::string& reading) { return reading; }, "    ");
}

std::string encoder_test(const Encoder& encoder, std::span<const TestVector> vectors) {
  std::vector<templates::EncoderTestC::SamplesItem> samples;
  bool refuses = false;
  bool needs_math = false;
  for (const TestVector& vector : vectors) {
    const std::vector<std::uint8_t> nothing(encoder.layout().bytes());
    samples.push_back({.mask = mask_text(vector.missing),
                       .message = byte_lines(vector.refused ? nothing : vector.payload),
                       .readings = reading_lines(encoder, vector),
                       .refused = vector.refused});
    refuses = refuses || vector.refused;
    const std::string_view readings = samples.back().readings.text();
    needs_math = needs_math || readings.find("NAN") != std::string_view::npos ||
                 readings.find("INFINITY") != std::string_view::npos;
  }
  const std::size_t readings = encoder.features.size() - encoder.computed;
  return templates::EncoderTestC{.computed = encoder.computed > 0 ? std::to_string(readings) : "",
                                 .count = samples.size(),
                                 .gaps = encoder.has_gaps(),
                                 .needs_math = needs_math,
                                 .prefix = encoder.prefix,
                                 .refuses = refuses,
                                 .samples = samples,
                                 .upper = encoder.upper_prefix()}
      .filled();
}

std::vector<std::optional<std::int32_t>> network_predictions(const model::Model& model,
                                                             const Encoder& encoder,
                                                             std::span<const TestVector> vectors) {
  const payload::Layout layout = encoder.layout();
  model::decoder::IntegerNetwork network(integer_layers(model), layout.levels(), 1);
  const model::decoder::FixedPointOutputs form = device_network(model).outputs;
  std::vector<quantize::Code> codes(encoder.features.size());
  std::vector<std::int32_t> outputs(model.outputs());
  std::vector<std::optional<std::int32_t>> predictions;
  for (const TestVector& vector : vectors) {
    if (vector.refused) {
      predictions.emplace_back();
      continue;
    }
    TERSE_CHECK(layout.unpack(vector.payload, codes) == payload::Status::ok);
    network.run_fixed(codes.data(), 1, form, outputs);
    const auto likeliest = std::ranges::max_element(outputs) - outputs.begin();
    predictions.push_back(model.labels().empty() ? outputs[0]
                                                 : static_cast<std::int32_t>(likeliest));
  }
  return predictions;
}

std::string network_test(const model::Model& model, const Encoder& encoder,
                         std::span<const TestVector> vectors) {
  const auto predictions = network_predictions(model, encoder, vectors);
  std::vector<templates::NetworkTestC::SamplesItem> samples;
  for (std::size_t v = 0; v < vectors.size(); ++v) {
    if (!predictions[v]) continue;
    samples.push_back({.message = byte_rows(vectors[v].payload), .prediction = *predictions[v]});
  }
  return templates::NetworkTestC{.classes = !model.labels().empty(),
                                 .count = samples.size(),
                                 .prefix = encoder.prefix,
                                 .samples = samples,
                                 .upper = encoder.upper_prefix()}
      .filled();
}

}  // namespace terse::export_c
