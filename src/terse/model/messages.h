// The messages of many rows: what devices send, one after the other, and what they say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/model/model.h"

namespace terse::model {

/// readings: rows x R, as Encoder::encode() takes them. payloads: rows x payload_bytes().
std::vector<std::uint8_t> messages_of(const Model& model, base::ConstMatrixView readings);

/// Per row one number per feature, as the message has it: codes or, in full precision, readings.
using MessageContent = std::variant<std::vector<quantize::Code>, base::Matrix>;

/// payloads: rows x payload_bytes(). Throws InputError naming `source` and the payload, counted
/// from 1, which this model cannot have made.
MessageContent content_of(const Model& model, std::span<const std::uint8_t> payloads,
                          std::size_t rows, const std::string& source);

}  // namespace terse::model
