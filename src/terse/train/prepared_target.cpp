#include "terse/train/prepared_target.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/text/quoting.h"

namespace terse::train {
namespace {

// Every row of the table: a test row that cannot be measured should not come up after the training.
void require_values(const data::Table& table, const data::TargetView& target,
                    const Objective& objective) {
  const bool log = objective.scale == TargetScale::log;
  if (!log && objective.loss != inference::Loss::poisson) return;
  if (target.origin != 0.0) {
    throw base::InputError(
        table.source, "column " + text::in_quotes(target.name),
        fmt::format("its values are so near to {} that only their differences are kept, which have "
                    "no logarithm",
                    target.origin),
        "leave `target_scale` and `loss` out");
  }
  for (std::size_t row = 0; row < target.values.size(); ++row) {
    const float value = target.values[row];
    if (log ? value > 0.0F : value >= 0.0F) continue;
    throw base::InputError(
        table.source, fmt::format("row {}, column {}", row + 1, text::in_quotes(target.name)),
        fmt::format("{} has no {}", value, log ? "logarithm" : "Poisson distribution"),
        log ? "leave `target_scale` log out; counts with zeros take `loss` poisson"
            : "choose another `loss` where the target falls below 0");
  }
}

void prepare_number(const data::Table& table, const data::TargetView& target,
                    std::span<const std::uint32_t> rows, const Objective& objective,
                    PreparedTarget& prepared) {
  require_values(table, target, objective);
  if (objective.loss == inference::Loss::poisson) {
    double sum = 0.0;
    for (const std::uint32_t row : rows) sum += static_cast<double>(target.values[row]);
    if (!(sum > 0.0)) {
      throw base::InputError(table.source, "column " + text::in_quotes(target.name),
                             "is 0 in every training row", "choose another `loss`");
    }
    prepared.scaler = {{std::log(sum / static_cast<double>(rows.size()))}, {1.0}};
  } else if (objective.scale == TargetScale::log) {
    std::vector<float> logarithms;
    for (const std::uint32_t row : rows) logarithms.push_back(std::log(target.values[row]));
    prepared.scaler =
        data::fit_scaler({logarithms.data(), logarithms.size(), 1}, base::all_rows(rows.size()));
  } else {
    prepared.scaler = data::fit_scaler({target.values.data(), target.values.size(), 1}, rows);
  }
  for (const std::uint32_t row : rows) {
    prepared.values.push_back(standardised_target(target.values[row], objective, prepared.scaler));
  }
}

// Per class, so that each has the same weight in all; row_weights: of the rows, or empty.
std::vector<float> balanced_weights(const PreparedTarget& target, std::size_t classes,
                                    std::span<const float> row_weights) {
  std::vector<double> count(classes, 0.0);
  for (std::size_t i = 0; i < target.values.size(); ++i) {
    count[static_cast<std::size_t>(target.values[i])] +=
        row_weights.empty() ? 1.0 : static_cast<double>(row_weights[i]);
  }
  const double share = static_cast<double>(target.values.size()) / static_cast<double>(classes);
  std::vector<float> weights;
  for (const double own : count) {
    weights.push_back(own > 0.0 ? static_cast<float>(share / own) : 1.0F);
  }
  return weights;
}

}  // namespace

PreparedTarget prepared_target(const data::Table& table, std::size_t index,
                               std::span<const std::uint32_t> rows, const Options& options,
                               std::span<const float> row_weights) {
  const data::TargetView target = table.target_view(index);
  PreparedTarget prepared;
  for (const auto& [name, weight] : options.target_weights) {
    if (name == target.name) prepared.weight = weight;
  }
  if (target.classes.empty()) {
    prepare_number(table, target, rows, options.objective, prepared);
    return prepared;
  }
  prepared.scaler = {{0.0}, {1.0}};
  for (const std::uint32_t row : rows) prepared.values.push_back(target.values[row]);
  if (options.class_weights == ClassWeights::balanced) {
    prepared.class_weights = balanced_weights(prepared, target.classes.size(), row_weights);
  }
  return prepared;
}

void check_target_weights(const data::Table& table, const Options& options) {
  if (options.target_weights.empty()) return;
  if (table.further_targets.empty()) {
    throw base::OptionError("target_weight", "", "is for several targets",
                            "leave it out, or name several in `target`");
  }
  for (const auto& [name, weight] : options.target_weights) {
    bool known = false;
    for (std::size_t t = 0; t < table.targets(); ++t) {
      known = known || table.target_view(t).name == name;
    }
    if (known) continue;
    throw base::OptionError("target_weight", "", text::in_quotes(name) + " is not a target",
                            "give the weights of names in `target`");
  }
}

float standardised_target(float target, const Objective& objective, const data::Scaler& scaler) {
  if (objective.loss == inference::Loss::poisson) {
    return static_cast<float>(static_cast<double>(target) / std::exp(scaler.mean.front()));
  }
  const bool log = objective.scale == TargetScale::log;
  return scaler.standardised(log ? std::log(target) : target, 0);
}

std::variant<model::Number, model::Classes> output_of_target(
    const std::vector<std::string>& classes, const data::Scaler& scaler,
    const Objective& objective) {
  if (!classes.empty()) return model::Classes{classes};
  const bool logarithm =
      objective.scale == TargetScale::log || objective.loss == inference::Loss::poisson;
  return model::Number{scaler.mean.front(), scaler.deviation.front(),
                       logarithm ? model::Link::exponential : model::Link::identity};
}

}  // namespace terse::train
