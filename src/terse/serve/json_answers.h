// What the server says, as JSON text. Inside the serve room.
#pragma once

#include <span>
#include <string>

#include "terse/serve/drift.h"
#include "terse/serve/model_registry.h"
#include "terse/serve/store.h"
#include "terse/serve/uplink.h"

namespace terse::serve {

/// target and unit come from the model if it is still served.
std::string to_json(const Answer& answer, const ModelRegistry& registry);
std::string to_json(std::span<const Answer> answers, const ModelRegistry& registry);
std::string to_json(const Row& row);
/// Without payload and radio.
std::string prediction_json(const Row& row);
std::string to_json(std::span<const Row> rows);
std::string to_json(std::span<const DeviceSummary> devices);
std::string to_json(std::span<const Refusal> refusals);
std::string to_json(std::span<const FeatureDrift> drifts);
/// The model cards.
std::string to_json(std::span<const Served> models);
std::string error_json(const std::string& message);

}  // namespace terse::serve
