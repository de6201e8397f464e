// The state of a trainer: layers, buffers of a batch, and the passes over them.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "terse/inference/activation_kernels.h"
#include "terse/training/batch_loss.h"
#include "terse/training/dense_layer.h"
#include "terse/training/heads.h"
#include "terse/training/input_quantizer.h"
#include "terse/training/steps_layer.h"
#include "terse/training/submodels.h"
#include "terse/training/team.h"
#include "terse/training/trainer.h"

namespace terse::training {

struct Trainer::State {
  // Rows of a vector width each: members never share a cache line of activations.
  static constexpr std::size_t row_share = 16;

  TrainerOptions options;
  base::ConstMatrixView inputs;
  BatchLoss batch_loss;
  Team team;
  Submodels submodels;
  std::vector<TrainedDense> layers;           ///< the hidden ones; weights for all submodels
  std::optional<Heads> heads;                 ///< give the predictions
  std::optional<StepsLayer> steps;            ///< does the first layer's product, if present
  std::unique_ptr<InputQuantizer> quantizer;  ///< before the first layer, if present

  base::Matrix gathered;           ///< batch x F: the first layer's inputs (not for steps)
  base::Matrix gathered_gradient;  ///< with a quantizer
  base::Matrix products;           ///< several submodels: batch x (groups * units), then gradients
  // Of all submodels' rows, stacked.
  std::vector<base::Matrix> activations;  ///< per layer, after activation; the last: predictions
  std::vector<base::Matrix> gradients;    ///< per layer: d loss / d (output before activation)
  std::vector<double> losses;             ///< per member: sum over its rows
  std::vector<base::Matrix> scores;       ///< per member: a row of outputs
  std::uint64_t step_count = 0;

  State(const TrainerOptions& options_, base::ConstMatrixView inputs_,
        std::span<const float> targets, const quantize::Thresholds& thresholds,
        std::span<const float> weights);

  bool uses_steps() const {
    return options.input == InputLayer::soft_steps || options.input == InputLayer::hard_steps;
  }
  bool over_thresholds() const { return uses_steps() || options.input == InputLayer::soft_sum; }
  void check() const;
  void make_quantizer(const quantize::Thresholds& thresholds);
  void make_steps(const quantize::Thresholds& thresholds, base::ConstMatrixView weights);
  base::MatrixView view(base::Matrix& matrix, std::size_t rows, std::size_t columns) const {
    return {matrix.data(), rows, columns, matrix.columns()};
  }
  base::MatrixView part(base::Matrix& matrix, Share rows, std::size_t columns) const {
    return {matrix.data() + rows.begin * matrix.columns(), rows.size(), columns, matrix.columns()};
  }
  std::size_t stacked() const { return submodels.rows().size(); }
  std::size_t inputs_of(std::size_t layer) const {
    return layer < layers.size() ? layers[layer].inputs() : heads->inputs();
  }
  void start(std::span<const std::uint32_t> rows);
  inference::Dropout dropout(std::size_t layer, bool enabled) const;
  void first_product(Member& member, std::span<const std::uint32_t> rows, float temperature);
  void forward(Member& member, std::span<const std::uint32_t> rows, float temperature, bool drop);
  void loss(Member& member);
  void backward_to(std::size_t layer, Share own, Share own_batch, bool drop);
  /// visit(layer) runs when the gradient of that layer's output is complete and nobody reads its
  /// weights any more; the heads are layer layers.size().
  template <typename Visit>
  void backward(Member& member, std::size_t rows, bool drop, const Visit& visit) {
    const Share own = member.share(stacked(), row_share);
    const Share own_batch = member.share(rows, row_share);
    for (std::size_t layer = layers.size() + 1; layer-- > 0;) {
      backward_to(layer, own, own_batch, drop);
      member.barrier();
      visit(layer);
    }
  }
  base::ConstMatrixView layer_inputs(std::size_t layer, std::size_t rows);
  base::ConstMatrixView output_gradient(std::size_t layer) {
    return view(gradients[layer], stacked(),
                layer < layers.size() ? layers[layer].outputs() : options.outputs);
  }
  /// d loss / d (product of the first layer), rows of the batch.
  base::ConstMatrixView first_gradient(std::size_t rows);
  double mean_loss() const;
};

}  // namespace terse::training
