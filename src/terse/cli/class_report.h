// The report of a classification, class by class: more than its single figures say.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "terse/model/model.h"
#include "terse/train/metrics.h"

namespace terse::cli {

/// PR AUC, Brier score and calibration error; precision, recall and F1 of each class; the confusion
/// matrix, unless there are more than twenty classes; what makes the figures doubtful.
void print_classes(const model::Model& model, const train::Metrics& metrics,
                   std::optional<double> decision_threshold);

/// The same under "pr_auc", "brier", "calibration_error", "classes" and "confusion" (one list per
/// true class, one number per predicted class); null where a figure is undefined.
void add_class_json(const model::Model& model, const train::Metrics& metrics,
                    nlohmann::ordered_json& json);

}  // namespace terse::cli
