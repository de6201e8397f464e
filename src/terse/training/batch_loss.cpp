#include "terse/training/batch_loss.h"

#include "terse/base/error.h"
#include "terse/inference/loss.h"

namespace terse::training {

BatchLoss::BatchLoss(const BatchLossOptions& options, std::span<const float> targets,
                     std::span<const float> weights)
    : options_(options), targets_(targets), weights_(weights) {
  const TargetLoss only{options.loss, options.quantile, options.outputs, options.class_weights};
  const std::span<const TargetLoss> all =
      options.targets.empty() ? std::span(&only, 1) : std::span<const TargetLoss>(options.targets);
  const std::size_t rows = targets.size() / all.size();
  TERSE_CHECK(weights.empty() || weights.size() == rows);
  check_targets(all, targets, rows);
}

double BatchLoss::sum(const BatchOutputs& batch, double divisor, std::span<float> score) const {
  if (!options_.targets.empty()) return joint(batch, divisor, score);
  if (options_.loss == inference::Loss::cross_entropy) return cross_entropy(batch, divisor, score);
  if (options_.loss == inference::Loss::squared_error && weights_.empty()) {
    return squared_error(batch, divisor);
  }
  return number_loss(batch, divisor);
}

double BatchLoss::squared_error(const BatchOutputs& batch, double divisor) const {
  const float bias = batch.bias[0];
  const auto scale = static_cast<float>(2.0 / divisor);
  double sum = 0.0;
  for (std::size_t r = 0; r < batch.rows.size(); ++r) {
    const float error = batch.outputs(r, 0) + bias - targets_[batch.rows[r]];
    sum += static_cast<double>(error) * static_cast<double>(error);
    batch.gradients(r, 0) = error * scale;
  }
  return sum;
}

double BatchLoss::number_loss(const BatchOutputs& batch, double divisor) const {
  const auto bias = static_cast<double>(batch.bias[0]);
  double sum = 0.0;
  for (std::size_t r = 0; r < batch.rows.size(); ++r) {
    const double output = static_cast<double>(batch.outputs(r, 0)) + bias;
    const auto target = static_cast<double>(targets_[batch.rows[r]]);
    const double weight = weight_of(batch.rows[r]);
    const auto own = inference::number_loss(options_.loss, options_.quantile, output, target);
    sum += weight * own.value;
    batch.gradients(r, 0) = static_cast<float>(weight * own.derivative / divisor);
  }
  return sum;
}

double BatchLoss::cross_entropy(const BatchOutputs& batch, double divisor,
                                std::span<float> score) const {
  double sum = 0.0;
  for (std::size_t r = 0; r < batch.rows.size(); ++r) {
    for (std::size_t k = 0; k < score.size(); ++k) score[k] = batch.outputs(r, k) + batch.bias[k];
    const auto target = static_cast<std::size_t>(targets_[batch.rows[r]]);
    double weight =
        options_.class_weights.empty() ? 1.0 : static_cast<double>(options_.class_weights[target]);
    weight *= weight_of(batch.rows[r]);
    sum += weight * inference::cross_entropy(score, target, weight / divisor,
                                             batch.gradients.row(r).first(score.size()));
  }
  return sum;
}

double BatchLoss::joint(const BatchOutputs& batch, double divisor, std::span<float> score) const {
  double sum = 0.0;
  for (std::size_t r = 0; r < batch.rows.size(); ++r) {
    for (std::size_t k = 0; k < score.size(); ++k) score[k] = batch.outputs(r, k) + batch.bias[k];
    const double weight = weight_of(batch.rows[r]);
    sum += weight * joint_loss(options_.targets, score, targets_, batch.rows[r], weight / divisor,
                               batch.gradients.row(r).first(score.size()));
  }
  return sum;
}

}  // namespace terse::training
