// The loss of a batch's outputs, and its gradients.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/inference/parameters.h"
#include "terse/training/target_loss.h"

namespace terse::training {

struct BatchLossOptions {
  inference::Loss loss = inference::Loss::squared_error;
  double quantile = 0.5;
  std::size_t outputs = 1;
  std::vector<float> class_weights = {};
  std::vector<TargetLoss> targets = {};  ///< several: in place of all above
};

/// Rows of outputs of one network, without its bias, and where their gradients go: rows x outputs.
struct BatchOutputs {
  std::span<const std::uint32_t> rows;  ///< of the targets
  base::ConstMatrixView outputs;
  const float* bias;
  base::MatrixView gradients;
};

class BatchLoss {
 public:
  /// targets, weights: as Trainer takes them.
  BatchLoss(const BatchLossOptions& options, std::span<const float> targets,
            std::span<const float> weights);

  /// The sum of the rows' losses; the gradients are those of the sum / divisor. score: scratch, one
  /// number per output.
  double sum(const BatchOutputs& batch, double divisor, std::span<float> score) const;

 private:
  double squared_error(const BatchOutputs& batch, double divisor) const;
  double number_loss(const BatchOutputs& batch, double divisor) const;
  double cross_entropy(const BatchOutputs& batch, double divisor, std::span<float> score) const;
  double joint(const BatchOutputs& batch, double divisor, std::span<float> score) const;
  double weight_of(std::uint32_t row) const { return weights_.empty() ? 1 : weights_[row]; }

  BatchLossOptions options_;
  std::span<const float> targets_;
  std::span<const float> weights_;  ///< of rows; empty: 1 each
};

}  // namespace terse::training
