#include "terse/training/target_loss.h"

#include <cmath>

#include "terse/base/error.h"
#include "terse/inference/loss.h"

namespace terse::training {

std::size_t output_count(std::span<const TargetLoss> targets) {
  std::size_t sum = 0;
  for (const TargetLoss& target : targets) sum += target.outputs;
  return sum;
}

void check_targets(std::span<const TargetLoss> targets, std::span<const float> values,
                   std::size_t rows) {
  TERSE_CHECK(values.size() == rows * targets.size());
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const TargetLoss& target = targets[t];
    TERSE_CHECK(target.class_weights.empty() || target.class_weights.size() == target.outputs);
    const bool classes = target.loss == inference::Loss::cross_entropy;
    TERSE_CHECK(classes || target.outputs == 1);
    for (const float value : values.subspan(t * rows, classes ? rows : 0)) {
      TERSE_CHECK(value >= 0.0F && value < static_cast<float>(target.outputs) &&
                  value == std::floor(value));
    }
  }
}

double joint_loss(std::span<const TargetLoss> targets, std::span<const float> outputs,
                  std::span<const float> values, std::size_t row, double scale,
                  std::span<float> gradient) {
  const std::size_t rows = values.size() / targets.size();
  double sum = 0.0;
  std::size_t begin = 0;
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const TargetLoss& target = targets[t];
    const float value = values[t * rows + row];
    if (target.loss == inference::Loss::cross_entropy) {
      const auto own = static_cast<std::size_t>(value);
      const double weight =
          target.share *
          (target.class_weights.empty() ? 1.0 : static_cast<double>(target.class_weights[own]));
      sum += weight * inference::cross_entropy(outputs.subspan(begin, target.outputs), own,
                                               weight * scale,
                                               gradient.subspan(begin, target.outputs));
    } else {
      const auto own =
          inference::number_loss(target.loss, target.quantile, static_cast<double>(outputs[begin]),
                                 static_cast<double>(value));
      sum += target.share * own.value;
      gradient[begin] = static_cast<float>(target.share * scale * own.derivative);
    }
    begin += target.outputs;
  }
  return sum;
}

}  // namespace terse::training
