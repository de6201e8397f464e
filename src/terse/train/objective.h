// The objective of a training as text, and as models record it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "terse/model/model.h"
#include "terse/train/options.h"

namespace terse::train {

/// The objective that a model records; squared error on a linear scale if it says nothing.
Objective objective_of(const model::Model& model);

/// What the network learns of a target: with an interval the two quantiles for its ends; otherwise
/// options.objective.
Objective objective_of_target(const Options& options, std::size_t target);

/// "squared", "absolute", "quantile:0.9", "poisson": the loss alone.
std::string loss_text(const Objective& objective);
/// Sets the loss and its quantile; false for another text, which changes nothing.
bool parse_loss(std::string_view text, Objective& objective);

/// "linear", "log".
std::string_view name(TargetScale scale);
std::optional<TargetScale> parse_target_scale(std::string_view name);

/// Throws OptionError for poisson on a logarithmic scale: its outputs are logarithms already.
void check(const Objective& objective);

}  // namespace terse::train
