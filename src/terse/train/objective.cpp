#include "terse/train/objective.h"

#include <fmt/core.h>

#include "terse/base/error.h"
#include "terse/text/number.h"
#include "terse/train/options.h"

namespace terse::train {
namespace {

constexpr std::string_view quantile_prefix = "quantile:";

}  // namespace

Objective objective_of(const model::Model& model) {
  Objective objective;
  for (const auto& [key, value] : model.record.settings) {
    if (key == "loss") parse_loss(value, objective);
    if (key == "target_scale")
      objective.scale = parse_target_scale(value).value_or(objective.scale);
  }
  return objective;
}

Objective objective_of_target(const Options& options, std::size_t target) {
  Objective objective = options.objective;
  if (options.interval == 0.0 || target == 0) return objective;
  objective.loss = inference::Loss::quantile;
  objective.quantile = 0.5 + (target == 1 ? -0.5 : 0.5) * options.interval;
  return objective;
}

std::string loss_text(const Objective& objective) {
  switch (objective.loss) {
    case inference::Loss::absolute_error:
      return "absolute";
    case inference::Loss::quantile:
      return fmt::format("{}{}", quantile_prefix, objective.quantile);
    case inference::Loss::poisson:
      return "poisson";
    case inference::Loss::squared_error:
    case inference::Loss::cross_entropy:
      break;
  }
  return "squared";
}

bool parse_loss(std::string_view text, Objective& objective) {
  if (text.starts_with(quantile_prefix)) {
    const auto quantile = text::parse_number<double>(text.substr(quantile_prefix.size()));
    if (!quantile || !(*quantile > 0.0 && *quantile < 1.0)) return false;
    objective.loss = inference::Loss::quantile;
    objective.quantile = *quantile;
    return true;
  }
  for (const auto loss : {inference::Loss::squared_error, inference::Loss::absolute_error,
                          inference::Loss::poisson}) {
    if (loss_text({.loss = loss}) != text) continue;
    objective.loss = loss;
    objective.quantile = 0.5;
    return true;
  }
  return false;
}

std::string_view name(TargetScale scale) {
  return scale == TargetScale::log ? "log" : "linear";
}

std::optional<TargetScale> parse_target_scale(std::string_view word) {
  for (const TargetScale scale : {TargetScale::linear, TargetScale::log}) {
    if (name(scale) == word) return scale;
  }
  return std::nullopt;
}

void check(const Objective& objective) {
  if (objective.loss != inference::Loss::poisson || objective.scale == TargetScale::linear) return;
  throw base::OptionError("target_scale", "", "log does not go with `loss` poisson",
                          "leave it out: poisson predicts the logarithm of a rate already");
}

}  // namespace terse::train
