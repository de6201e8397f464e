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
/// "MSE 0.0502 (standardised), RMSE 1.12, MAE 0.89, R2 0.950"
std::string metrics_line(const std::vector<std::pair<std::string, double>>& metrics);
/// "log loss", "MSE", or "loss" for another one than the mean squared error.
std::string_view loss_name(const train::Metrics& metrics);
/// method, bits, payload_bits, payload_bytes, compression, train_seconds, seed and the recorded
/// metrics.
nlohmann::ordered_json summary_json(const model::Model& model);

}  // namespace terse::cli
