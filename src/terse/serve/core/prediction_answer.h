// From what a decoder gives for one message to the answer. Inside the serve/core room.
#pragma once

#include <span>

#include "terse/serve/core/served_model.h"
#include "terse/serve/core/uplink.h"

namespace terse::serve::core {

/// outputs: a prediction, or the probability of each class, of each target. `stored`, or `refused`
/// if a number is not finite.
void set_prediction(const ServedModel& served, std::span<const float> outputs, Answer& answer);

}  // namespace terse::serve::core
