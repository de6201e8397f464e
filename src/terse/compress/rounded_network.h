// One batch through the network with rounded weights and activations, forward and backward.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/compress/coded_rows.h"
#include "terse/compress/float_network.h"

namespace terse::compress {

/// Workspaces for batches of up to batch_rows_max rows. Calls of oneDNN must be guarded by the
/// caller's inference::ProductScope.
class RoundedNetwork {
 public:
  RoundedNetwork(const FloatNetwork& network, const Widths& widths, std::size_t batch_rows_max);

  /// At first the network's own scales are used. This finds those that suit the weights as they
  /// are, and rounds.
  void fit(const FloatNetwork& network);
  /// Rounds by the scales of the last fit.
  void round(const FloatNetwork& network);
  const std::vector<std::vector<float>>& scales() const { return scales_; }
  /// Empty: activations are not rounded.
  void set_activation_scales(std::span<const float> scales);

  /// Outputs of the last layer of these rows.
  base::ConstMatrixView forward(const CodedRows& rows, std::span<const std::uint32_t> indices);
  /// Layer l's activations of the last forward pass, after ReLU and rounding; l below the last.
  base::ConstMatrixView activations(std::size_t layer, std::size_t rows) const;
  /// After forward(): the gradients of all weights and biases from that of the outputs, which the
  /// caller has written to output_gradient().
  void backward(const CodedRows& rows, std::span<const std::uint32_t> indices);

  base::MatrixView output_gradient(std::size_t rows);
  const base::Matrix& weight_gradient(std::size_t layer) const { return weight_gradients_[layer]; }
  const std::vector<float>& bias_gradient(std::size_t layer) const {
    return bias_gradients_[layer];
  }

 private:
  void activate(std::size_t layer, std::size_t rows);
  void look_up(const CodedRows& rows, std::span<const std::uint32_t> indices);
  base::MatrixView view(base::Matrix& matrix, std::size_t rows) const {
    return {matrix.data(), rows, matrix.columns(), matrix.columns()};
  }

  const FloatNetwork* network_;  ///< shapes and offsets; biases are read from it
  Widths widths_;
  std::vector<std::vector<float>> scales_;
  std::vector<base::Matrix> weights_;  ///< rounded
  std::vector<float> activation_scales_;
  std::vector<base::Matrix> activations_;
  std::vector<base::Matrix> gradients_;
  std::vector<base::Matrix> weight_gradients_;
  std::vector<std::vector<float>> bias_gradients_;
  std::vector<std::vector<std::uint8_t>> passes_;  ///< where a gradient passes a layer's ReLU
};

}  // namespace terse::compress
