#include "terse/study/trial.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>

#include "terse/data/checksum.h"
#include "terse/train/option_table.h"

namespace terse::study {
namespace {

// Raised whenever the same settings begin to give other results: old results are then not mixed in.
constexpr int training_version = 1;

}  // namespace

std::string canonical_json(const Trial& trial) {
  nlohmann::json json;  // keys sorted
  json["data"] = trial.data_hash;
  json["role"] = trial.role == Role::search ? "search" : "final";
  if (trial.role == Role::search) {
    json["fold"] = trial.fold;
    json["folds"] = trial.folds;
  }
  json["seed"] = trial.options.seed;
  if (trial.classification) json["task"] = "classification";
  nlohmann::json& settings = json["settings"];
  for (const auto& [name, value] : train::settings(trial.options)) settings[name] = value;
  json["training_version"] = training_version;
  return json.dump(-1, ' ', true);
}

std::string trial_hash(const Trial& trial) {
  return data::sha256_hex(canonical_json(trial));
}

double estimated_cost(const Trial& trial, std::size_t rows, std::size_t features) {
  const train::Options& options = trial.options;
  const quantize::MethodTraits& traits = quantize::traits(options.method);
  double inputs = static_cast<double>(features);
  if (traits.input == quantize::FirstLayerInput::steps) {
    inputs *= static_cast<double>((std::size_t{1} << options.bits) - 1);
  }
  double weights = 0;
  for (const std::size_t units : options.hidden) {
    weights += inputs * static_cast<double>(units);
    inputs = static_cast<double>(units);
  }
  weights += inputs;
  // Forward, weights' gradient and inputs' gradient: 2 operations each; Adam: about 12 a weight.
  const double row_cost = 6 * weights;
  const double step_cost = 12 * weights;
  const double steps = static_cast<double>(rows) / static_cast<double>(options.batch_rows) + 1;
  return options.epochs * (static_cast<double>(rows) * row_cost + steps * step_cost);
}

double TrialResult::metric(std::string_view name) const {
  for (const auto& [known, value] : metrics) {
    if (known == name) return value;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

double TrialResult::loss() const {
  const double own = metric("loss");
  if (!std::isnan(own)) return own;
  const double mse = metric("mse");
  return std::isnan(mse) ? metric("log_loss") : mse;
}

}  // namespace terse::study
