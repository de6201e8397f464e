// The report of a classification, class by class: more than its single figures say.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>

#include "terse/model/model.h"
#include "terse/train/metrics.h"

namespace terse::cli {

/// PR AUC, Brier score and calibration error; precision, recall and F1 of each class; the confusion
/// matrix, unless there are more than twenty classes; what makes the figures doubtful. labels: of
/// the target that the metrics are of.
void print_classes(const model::Model& model, std::span<const std::string> labels,
                   const train::Metrics& metrics, std::optional<double> decision_threshold);

/// The same under "pr_auc", "brier", "calibration_error", "classes" and "confusion" (one list per
/// true class, one number per predicted class); null where a figure is undefined.
void add_class_json(std::span<const std::string> labels, const train::Metrics& metrics,
                    nlohmann::ordered_json& json);

}  // namespace terse::cli
