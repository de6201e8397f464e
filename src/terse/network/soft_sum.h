// The input layer of soft quantization (paper, equation of SQ): per feature the sum of its soft
// steps, with trained thresholds.
#pragma once

#include <cstdint>
#include <span>

#include "terse/matrix.h"
#include "terse/network/dense_layer.h"
#include "terse/network/team.h"
#include "terse/quantize/thresholds.h"

namespace terse::network {

class SoftSum {
 public:
  /// inputs: all training rows x F, standardised; must outlive this.
  SoftSum(ConstMatrixView inputs, const quantize::Thresholds& thresholds,
          std::size_t batch_rows_max);

  /// Collective, each member its share of features: output[i, f] = sum_j sigmoid((x - t_j) /
  /// temperature).
  void forward(const Member& member, std::span<const std::uint32_t> rows, float temperature,
               MatrixView output);
  /// Collective, after forward: d loss / d t of this member's features from d loss / d output, all
  /// rows.
  void backward(const Member& member, std::size_t rows, float temperature,
                ConstMatrixView output_gradient);
  /// Collective, after backward: Adam on this member's features.
  void update(const Member& member, const AdamStep& adam);

  std::span<const float> gradient() const { return gradient_; }
  quantize::Thresholds thresholds() const;
  void set(std::span<const float> values);

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
