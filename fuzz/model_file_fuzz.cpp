// Any bytes as a model file, and past its checksum: as a container, and as the JSON document in it.
// What is refused must be refused with an InputError; what is accepted must be written again as the
// same model, must predict, and must pack and unpack a message.
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "terse/base/error.h"
#include "terse/model/encoder.h"
#include "terse/model/file.h"
#include "terse/model/metadata.h"
#include "terse/model/predictor.h"
#include "terse/model/safetensors/container.h"

namespace {

using namespace terse::model;
using namespace terse::model::safetensors;
using terse::payload::Status;
using terse::quantize::Code;

constexpr const char* source = "input";

// Nothing if the bytes are refused; the message must then say where they come from.
template <typename Read>
auto accepted(const Read& read) -> std::optional<decltype(read())> {
  try {
    return read();
  } catch (const terse::base::InputError& error) {
    TERSE_CHECK(std::string_view(error.what()).starts_with(source));
    return std::nullopt;
  }
}

bool accepted_predictor(const Model& model) {
  try {
    const Predictor predictor(model);
    return true;
  } catch (const terse::base::InputError&) {
    return false;
  }
}

void check_message(const Model& model, std::span<const Code> codes) {
  const auto layout = model.layout();
  std::vector<std::uint8_t> payload(layout.bytes());
  layout.pack(codes, payload);
  std::vector<Code> again(codes.size());
  TERSE_CHECK(layout.unpack(payload, again) == Status::ok);
  TERSE_CHECK(std::ranges::equal(codes, again));
}

// Of an encoder alone: no decoder is made, and readings of zero have codes.
void check_encodes(const Model& model) {
  TERSE_CHECK(!accepted_predictor(model));
  const std::vector<float> readings(model.readings());
  std::vector<Code> codes(model.features.size());
  Encoder(model).encode({readings.data(), 1, readings.size()}, codes);
  check_message(model, codes);
}

// Readings of zero, and codes as far up as they go.
void check_predicts(const Model& model) {
  const std::size_t features = model.features.size();
  constexpr std::size_t rows = 3;
  Predictor predictor(model, 2);
  const std::size_t columns = model.readings();
  const std::vector<float> readings(rows * columns);
  const std::size_t outputs = model.outputs();
  std::vector<float> predictions(rows * outputs);
  predictor.predict({readings.data(), rows, columns}, predictions);
  if (model.full_precision()) return;
  std::vector<Code> codes(rows * features);
  predictor.encode({readings.data(), rows, columns}, codes);
  std::vector<float> from_codes(rows * outputs);
  predictor.predict_codes(codes, rows, from_codes);
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    TERSE_CHECK(std::bit_cast<std::uint32_t>(predictions[i]) ==
                std::bit_cast<std::uint32_t>(from_codes[i]));
  }
  const auto levels = model.levels();
  for (std::size_t f = 0; f < features; ++f) codes[f] = static_cast<Code>(levels[f] - 1);
  predictor.predict_codes({codes.data(), features}, 1, {from_codes.data(), outputs});
  check_message(model, {codes.data(), features});
}

void check_file(std::span<const std::uint8_t> bytes) {
  const auto model = accepted([&] { return from_bytes(bytes, source); });
  if (!model) return;
  const auto written = to_bytes(*model);
  TERSE_CHECK(to_bytes(from_bytes(written, source)) == written);
  model->external() ? check_encodes(*model) : check_predicts(*model);
}

void check_container(std::span<const std::uint8_t> bytes) {
  const auto container =
      accepted([&] { return read_container(bytes, source, [](const Container&) {}); });
  if (!container) return;
  const auto written = write_container(*container);
  const Container again = read_container(written, source, [](const Container&) {});
  TERSE_CHECK(again.metadata == container->metadata);
  TERSE_CHECK(data_checksum(again) == data_checksum(*container));
  TERSE_CHECK(write_container(again) == written);
}

void check_document(std::string_view text) {
  const auto model = accepted([&] { return read_document(text, source); });
  if (!model) return;
  const std::string written = write_document(*model);
  TERSE_CHECK(write_document(read_document(written, source)) == written);
  TERSE_CHECK(model->features.size() == model->thresholds.features());
}

// The container's tensors under a document and a checksum that fit: everything behind the checksum.
void check_behind_checksum(std::span<const std::uint8_t> bytes) {
  auto container = accepted([&] { return read_container(bytes, source, [](const Container&) {}); });
  if (!container) return;
  const std::string* document = container->find_metadata("document");
  if (document == nullptr) return;
  const std::string text = *document;
  const std::string checksum =
      fmt::format("{:08x}{:08x}", data_checksum(*container),
                  crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size()));
  container->metadata = {{"format", "terse"},
                         {"format_version", std::to_string(format_version)},
                         {"checksum", checksum},
                         {"document", text}};
  check_file(write_container(*container));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> bytes(data, size);
  check_file(bytes);
  check_container(bytes);
  check_behind_checksum(bytes);
  check_document({reinterpret_cast<const char*>(data), size});
  return 0;
}
