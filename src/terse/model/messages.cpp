#include "terse/model/messages.h"

#include <fmt/core.h>

#include "terse/base/error.h"
#include "terse/base/overloaded.h"
#include "terse/model/encoder.h"
#include "terse/model/identity.h"

namespace terse::model {
namespace {

[[noreturn]] void refuse(const std::string& source, std::size_t row, std::string_view problem) {
  throw base::InputError(source, fmt::format("payload {}", row + 1), std::string(problem),
                         "check that it was made for this model and arrived whole");
}

MessageContent content_by(const payload::Layout& layout, const Model& model,
                          std::span<const std::uint8_t> payloads, std::size_t rows,
                          const std::string& source) {
  std::vector<quantize::Code> codes(rows * layout.features());
  for (std::size_t row = 0; row < rows; ++row) {
    const auto message = payloads.subspan(row * layout.bytes(), layout.bytes());
    const auto status = layout.unpack(
        message, std::span(codes).subspan(row * layout.features(), layout.features()));
    if (status != payload::Status::ok) refuse(source, row, refusal_text(model, status, message));
  }
  return codes;
}

MessageContent content_by(const payload::FloatLayout& layout, const Model& model,
                          std::span<const std::uint8_t> payloads, std::size_t rows,
                          const std::string& source) {
  const Encoder encoder(model);
  base::Matrix readings(rows, layout.features());
  for (std::size_t row = 0; row < rows; ++row) {
    const auto status =
        layout.unpack(payloads.subspan(row * layout.bytes(), layout.bytes()), readings.row(row));
    if (status != payload::Status::ok) refuse(source, row, payload::description(status));
    if (encoder.takes(readings.row(row))) continue;
    refuse(source, row, "a reading is missing, not finite, or not a category of the model");
  }
  return readings;
}

}  // namespace

std::vector<std::uint8_t> messages_of(const Model& model, base::ConstMatrixView readings) {
  const std::size_t bytes = model.payload_bytes();
  std::vector<std::uint8_t> payloads(readings.rows * bytes);
  const auto payload = [&](std::size_t row) {
    return std::span(payloads).subspan(row * bytes, bytes);
  };
  std::visit(base::Overloaded{[&](const payload::Layout& layout) {
                                const std::size_t features = model.features.size();
                                std::vector<quantize::Code> codes(readings.rows * features);
                                Encoder(model).encode(readings, codes);
                                for (std::size_t row = 0; row < readings.rows; ++row) {
                                  layout.pack(std::span(codes).subspan(row * features, features),
                                              payload(row));
                                }
                              },
                              [&](const payload::FloatLayout& layout) {
                                for (std::size_t row = 0; row < readings.rows; ++row) {
                                  layout.pack(readings.row(row), payload(row));
                                }
                              }},
             model.message());
  return payloads;
}

MessageContent content_of(const Model& model, std::span<const std::uint8_t> payloads,
                          std::size_t rows, const std::string& source) {
  TERSE_CHECK(payloads.size() == rows * model.payload_bytes());
  return std::visit(
      [&](const auto& layout) { return content_by(layout, model, payloads, rows, source); },
      model.message());
}

}  // namespace terse::model
