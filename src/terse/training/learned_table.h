// LLT (Wang et al. 2022, "Learnable lookup table for neural network quantization", signed form):
// readings are looked up in a table, one per feature, whose steps move while it learns.
#pragma once

#include <vector>

#include "terse/training/dense_layer.h"
#include "terse/training/input_quantizer.h"

namespace terse::training {

/// A feature of L levels has R = (L - 1) / 2 rounded down (at least 1) segments on the positive
/// side, each with `granularity` cells and one logit per cell. The table's value at cell i = 1 ..
/// R g is the sum of softmax(logits / temperature), taken within each segment, over the first i
/// cells, divided by R; mirrored below zero, 0 in the middle. A reading x takes the cell nearest
/// to clamp(x / scale, -1, 1), times scale = exp(theta). Backward, the look-up counts as the
/// identity, and the table's gradient is multiplied per cell by batch rows / (cells * sqrt(readings
/// in the cell + 1e-5)). Once hard, each segment has one step, at its largest logit: 2 R + 1
/// levels.
class LearnedTable final : public InputQuantizer {
 public:
  /// inputs: all training rows x columns, standardised; must outlive this. levels: one per feature,
  /// 1 (not sent, value 0) or 3..256; columns behind them pass as they are. Logits start at 0,
  /// theta at log(3 * standard deviation of the first batch's readings).
  LearnedTable(base::ConstMatrixView inputs, std::span<const std::size_t> levels,
               std::size_t granularity, std::size_t batch_rows_max);

  void forward(const Member& member, std::span<const std::uint32_t> rows, float temperature,
               base::MatrixView output) override;
  void backward(const Member& member, std::size_t rows, float temperature,
                base::ConstMatrixView output_gradient) override;
  void update(const Member& member, const AdamStep& adam) override;
  /// Per feature theta, then its logits, segment after segment; nothing of one level.
  std::span<const float> learned() const override { return learned_.values; }
  std::span<const float> gradient() const override { return gradient_; }
  void set_learned(std::span<const float> values) override;
  void harden(inference::Parameters& parameters) const override;

  /// The number of segments of a feature with this many levels.
  static std::size_t segments(std::size_t levels);

 private:
  std::size_t cells(std::size_t feature) const;
  std::span<const float> logits(std::size_t feature) const;
  float scale(std::size_t feature) const;
  void start(std::size_t feature, std::span<const float> readings);
  void fill_table(std::size_t feature, float temperature);
  void table_gradient(std::size_t feature, std::size_t rows, float temperature,
                      base::ConstMatrixView output_gradient);

  base::ConstMatrixView inputs_;
  std::vector<std::size_t> levels_;
  std::size_t granularity_;
  std::vector<std::size_t> offsets_;  ///< F + 1: where each feature's parameters begin
  AdamVector learned_;
  base::AlignedVector<float> gradient_;
  std::vector<char> started_;                     ///< per feature: theta is set
  std::vector<std::vector<float>> shares_;        ///< per feature and cell: softmax
  std::vector<std::vector<float>> tables_;        ///< per feature: value at cell 0 .. R g
  std::vector<std::vector<double>> slopes_;       ///< the same: gradient, scratch
  std::vector<std::vector<std::size_t>> counts_;  ///< per feature, of cells -R g .. R g
  base::Matrix ratios_;                           ///< F x batch: x / scale
};

}  // namespace terse::training
