// The answers of the server as JSON text.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "terse/serve/core/drift.h"
#include "terse/serve/core/heartbeats.h"
#include "terse/serve/core/model_registry.h"
#include "terse/serve/core/uplink.h"
#include "terse/serve/store/store.h"

namespace terse::serve::core {

/// target and unit come from the model if it is still served.
std::string to_json(const Answer& answer, const ModelRegistry& registry);
std::string to_json(std::span<const Answer> answers, const ModelRegistry& registry);
/// overdue: whether its device is, where that is known.
std::string to_json(const store::Row& row, std::optional<bool> overdue = std::nullopt);
/// Without payload and radio.
std::string prediction_json(const store::Row& row, std::optional<bool> overdue = std::nullopt);
std::string to_json(std::span<const store::Row> rows);
/// Each says whether it is overdue, if its model has a heartbeat.
std::string to_json(std::span<const store::DeviceSummary> devices, const Heartbeats& heartbeats,
                    std::int64_t now_ms);
std::string to_json(std::span<const store::Refusal> refusals);
std::string to_json(std::span<const FeatureDrift> drifts);
/// The model cards.
std::string to_json(std::span<const Served> models);
std::string error_json(const std::string& message);

}  // namespace terse::serve::core
