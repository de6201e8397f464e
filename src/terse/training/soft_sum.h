// The input layer of soft quantization (paper, equation of SQ): per feature the sum of its soft
// steps, with trained thresholds.
#pragma once

#include <vector>

#include "terse/training/dense_layer.h"
#include "terse/training/input_quantizer.h"

namespace terse::training {

/// output[i, f] = sum_j sigmoid((x - t_j) / temperature).
class SoftSum final : public InputQuantizer {
 public:
  /// inputs: all training rows x F, standardised; must outlive this.
  SoftSum(base::ConstMatrixView inputs, const quantize::Thresholds& thresholds,
          std::size_t batch_rows_max);

  void forward(const Member& member, std::span<const std::uint32_t> rows, float temperature,
               base::MatrixView output) override;
  void backward(const Member& member, std::size_t rows, float temperature,
                base::ConstMatrixView output_gradient) override;
  void update(const Member& member, const AdamStep& adam) override;
  std::span<const float> learned() const override { return thresholds_.values; }
  std::span<const float> gradient() const override { return gradient_; }
  void set_learned(std::span<const float> values) override;
  void harden(inference::Parameters& parameters) const override;

 private:
  base::ConstMatrixView inputs_;
  std::vector<std::uint32_t> offsets_;
  AdamVector thresholds_;
  base::AlignedVector<float> gradient_;
  std::size_t column_stride_;
  base::AlignedVector<float>
      columns_;  ///< F x batch: the batch's readings, one feature after the other
  base::AlignedVector<float> sums_;  ///< the same for sums, later for their gradients
};

}  // namespace terse::training
