// The steps between a message, its decoder, and the answer. Inside the serve/core room.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "terse/serve/core/served_model.h"
#include "terse/serve/core/uplink.h"

namespace terse::serve::core {

/// outputs: a prediction, or the probability of each class, of each target. `stored`, or `refused`
/// if a number is not finite.
void set_prediction(const ServedModel& served, std::span<const float> outputs, Answer& answer);

/// Whether a payload has another length than the model's; nothing if it has that.
std::string length_problem(const ServedModel& served, std::span<const std::uint8_t> payload);

/// The codes of a payload, one for each feature. What is wrong with it, or nothing.
std::string unpack_codes(const ServedModel& served, std::span<const std::uint8_t> payload,
                         std::span<quantize::Code> codes);

}  // namespace terse::serve::core
