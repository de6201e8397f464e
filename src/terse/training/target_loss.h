// The loss of a network that predicts several targets at once: the weighted mean of theirs.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "terse/inference/parameters.h"

namespace terse::training {

/// One of several targets, whose outputs follow those of the target before it.
struct TargetLoss {
  inference::Loss loss = inference::Loss::squared_error;
  double quantile = 0.5;                  ///< of Loss::quantile
  std::size_t outputs = 1;                ///< cross_entropy: classes
  std::vector<float> class_weights = {};  ///< cross_entropy: of each class's rows; empty: 1 each
  double share = 1.0;                     ///< of the whole loss
};

/// Sum of the targets' outputs.
std::size_t output_count(std::span<const TargetLoss> targets);

/// Checks that the values are those of these targets: as joint_loss() takes them, `rows` of each,
/// numbers or indices of classes.
void check_targets(std::span<const TargetLoss> targets, std::span<const float> values,
                   std::size_t rows);

/// The loss of one row: sum over targets of share * its loss. outputs: of the last layer with its
/// bias. values: of all targets, target after target, a value for each row in each; row: of this
/// one. gradient = scale * (d loss / d output); one per output, not the memory of outputs.
double joint_loss(std::span<const TargetLoss> targets, std::span<const float> outputs,
                  std::span<const float> values, std::size_t row, double scale,
                  std::span<float> gradient);

}  // namespace terse::training
