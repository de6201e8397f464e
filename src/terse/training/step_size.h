// LSQ (Esser et al. 2020, "Learned step size quantization"): readings are rounded to multiples of a
// step size, one per feature, that learns with the network.
#pragma once

#include <vector>

#include "terse/training/dense_layer.h"
#include "terse/training/input_quantizer.h"

namespace terse::training {

/// v = round(clamp(x / s, -L/2, L - 1 - L/2)) s for a feature of L levels: with L = 2^n the paper's
/// -2^(n-1) .. 2^(n-1) - 1. The gradient of s passes straight through the rounding (equation 3) and
/// is scaled by 1 / sqrt((L - 1 - L/2) * batch rows * features) (section 2.2), where the bracket
/// counts as 1 at least. A step size may become negative: the values are the same in the reverse
/// order.
class StepSize final : public InputQuantizer {
 public:
  /// inputs: all training rows x columns, standardised; must outlive this. levels: one per feature,
  /// 1..256; columns behind them pass as they are. Step sizes start at 2 mean|x| / sqrt(L - 1 -
  /// L/2) over all rows (section 2.1).
  StepSize(base::ConstMatrixView inputs, std::span<const std::size_t> levels,
           std::size_t batch_rows_max);

  void forward(const Member& member, std::span<const std::uint32_t> rows, float temperature,
               base::MatrixView output) override;
  void backward(const Member& member, std::size_t rows, float temperature,
                base::ConstMatrixView output_gradient) override;
  void update(const Member& member, const AdamStep& adam) override;
  std::span<const float> learned() const override { return steps_.values; }
  std::span<const float> gradient() const override { return gradient_; }
  void set_learned(std::span<const float> values) override;
  void harden(inference::Parameters& parameters) const override;

 private:
  float low(std::size_t feature) const;
  float high(std::size_t feature) const;
  float step(std::size_t feature) const;

  base::ConstMatrixView inputs_;
  std::vector<std::size_t> levels_;
  AdamVector steps_;
  base::AlignedVector<float> gradient_;
  base::Matrix ratios_;  ///< F x batch: x / s of the batch's readings
};

}  // namespace terse::training
