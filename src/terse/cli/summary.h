// A model and its figures, in words and in JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "terse/model/model.h"
#include "terse/train/metrics.h"

namespace terse::cli {

/// "bw-sq, 10 features: 40 bits, 5 bytes a message, 8.0x smaller than float32"
std::string message_line(const model::Model& model);
/// "MSE 0.0502 (standardised), RMSE 1.12, MAE 0.89, R2 0.950"; of several targets
/// "loss 0.12 (weighted); yield: MSE ...; quality: accuracy ..."
std::string metrics_line(const std::vector<std::pair<std::string, double>>& metrics);
/// Target and its figures; the first, without a name, are those of a single target, or of several
/// as a whole.
using MetricsOfTargets =
    std::vector<std::pair<std::string, std::vector<std::pair<std::string, double>>>>;
/// Takes what train::Metrics::named() gives apart. At least one.
MetricsOfTargets metrics_of_targets(const std::vector<std::pair<std::string, double>>& metrics);
/// Each figure under its name; of several targets theirs in "targets", under each one's name. With
/// a tolerance also "kept": whether 95 of 100 rows are within it.
void add_metrics(const std::vector<std::pair<std::string, double>>& metrics,
                 nlohmann::ordered_json& json);
/// "log loss", "MSE", or "loss" for another one than the mean squared error.
std::string_view loss_name(const train::Metrics& metrics);
/// method, bits, payload_bits, payload_bytes, compression, train_seconds, seed and the recorded
/// metrics.
nlohmann::ordered_json summary_json(const model::Model& model);

}  // namespace terse::cli
