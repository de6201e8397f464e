// The objective of a training for a number: its loss, and the scale on which the loss is taken.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "terse/inference/loss.h"
#include "terse/model/model.h"

namespace terse::train {

/// The scale on which a number is trained.
enum class TargetScale : std::uint8_t {
  linear,  ///< as it is
  log      ///< its natural logarithm: the target is above 0; predictions are mapped back
};

struct Objective {
  inference::Loss loss = inference::Loss::squared_error;  ///< never cross_entropy
  double quantile = 0.5;                                  ///< of Loss::quantile, in (0, 1)
  TargetScale scale = TargetScale::linear;

  bool operator==(const Objective&) const = default;
};

/// The objective that a model records; squared error on a linear scale if it says nothing.
Objective objective_of(const model::Model& model);

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
