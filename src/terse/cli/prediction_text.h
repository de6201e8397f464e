// Predictions as text: one number per row, or the most probable label and a probability per class.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>

#include "terse/cli/command_line.h"
#include "terse/model/model.h"

namespace terse::cli {

/// CSV, without line end: the target's name; for classes also "p(LABEL)" of each; of several
/// targets all of them, "p(TARGET=LABEL)".
std::string prediction_header(const model::Model& model);
/// The fields under it. outputs: of one row, as the predictor gives them. decision_threshold: of
/// train::predicted_class(), as below.
std::string prediction_fields(const model::Model& model, std::span<const float> outputs,
                              std::optional<double> decision_threshold = {});

/// Adds target and predictions; for classes also "classes" and "probabilities" (rows of them).
/// outputs: rows x model.outputs(). Of several targets: "targets", a list of names, and objects
/// with what is said above under each name.
void add_predictions(const model::Model& model, std::span<const float> outputs,
                     std::optional<double> decision_threshold, nlohmann::ordered_json& json);

/// --decision-threshold.
void add_decision_threshold(Command& command, std::optional<double>& value);

}  // namespace terse::cli
