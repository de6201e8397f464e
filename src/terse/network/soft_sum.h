// The input layer of soft quantization (paper, equation of SQ): per feature the sum of its soft
// steps, with trained thresholds.
#pragma once

#include <vector>

#include "terse/network/dense_layer.h"
#include "terse/network/input_quantizer.h"

namespace terse::network {

/// output[i, f] = sum_j sigmoid((x - t_j) / temperature).
class SoftSum final : public InputQuantizer {
 public:
  /// inputs: all training rows x F, standardised; must outlive this.
  SoftSum(ConstMatrixView inputs, const quantize::Thresholds& thresholds,
          std::size_t batch_rows_max);

  void forward(const Member& member, std::span<const std::uint32_t> rows, float temperature,
               MatrixView output) override;
  void backward(const Member& member, std::size_t rows, float temperature,
                ConstMatrixView output_gradient) override;
  void update(const Member& member, const AdamStep& adam) override;
  std::span<const float> learned() const override { return thresholds_.values; }
  std::span<const float> gradient() const override { return gradient_; }
  void set_learned(std::span<const float> values) override;
  void harden(Parameters& parameters) const override;

 private:
  ConstMatrixView inputs_;
  std::vector<std::uint32_t> offsets_;
  AdamVector thresholds_;
  AlignedVector<float> gradient_;
  std::size_t column_stride_;
  AlignedVector<float> columns_;  ///< F x batch: the batch's readings, one feature after the other
  AlignedVector<float> sums_;     ///< the same for sums, later for their gradients
};

}  // namespace terse::network
