// Predictions as text: one number per row, or the most probable label and a probability per class.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "terse/model/model.h"

namespace terse::cli {

/// CSV, without line end: the target's name; for classes also "p(LABEL)" of each.
std::string prediction_header(const model::Model& model);
/// The fields under it. outputs: of one row, as the predictor gives them.
std::string prediction_fields(const model::Model& model, std::span<const float> outputs);

/// Adds target and predictions; for classes also "classes" and "probabilities" (rows of them).
/// outputs: rows x model.outputs().
void add_predictions(const model::Model& model, std::span<const float> outputs,
                     nlohmann::ordered_json& json);

}  // namespace terse::cli
