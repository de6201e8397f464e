// The predictions of a model of several targets: one text that a store keeps in place of the label
// of a class.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "terse/model/model.h"

namespace terse::serve::core {

/// A record separator, which begins a JSON text (RFC 7464), then an object of target -> number or
/// class. outputs: of one message, finite; model: of several targets.
std::string named_predictions(const model::Model& model, std::span<const float> outputs);

/// Of each target that is a class the probability of the one predicted, as a JSON object; empty if
/// there is none.
std::string named_probabilities(const model::Model& model, std::span<const float> outputs);

/// The object in a label that named_predictions() made; nothing for the label of a class, and for
/// no label.
std::optional<std::string_view> json_of_names(std::string_view label);

/// Whether a class's label could be taken for that.
bool begins_like_names(std::string_view label);

/// The shortest digits that give this float back, not the double's; null if it is not finite.
nlohmann::ordered_json shortest_number(float value);

}  // namespace terse::serve::core
