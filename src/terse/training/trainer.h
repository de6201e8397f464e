// The trainer of a multi-layer perceptron and of the thresholds before it, by Adam on mini-batches:
// one call, one step. The protocol around it (epochs, temperature, shuffling, splits) is room
// train's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/inference/loss.h"
#include "terse/inference/parameters.h"
#include "terse/quantize/thresholds.h"
#include "terse/training/steps_options.h"
#include "terse/training/target_loss.h"

namespace terse::training {

/// The layer before the first linear layer.
enum class InputLayer : std::uint8_t {
  values,      ///< the inputs as they are (fp, po-*, and pr-* with inputs already replaced by
               ///< midpoints)
  soft_sum,    ///< sq: one value per feature, the sum of its soft steps; thresholds learn
  soft_steps,  ///< bw-sq: every soft step; thresholds learn
  hard_steps,  ///< bw-mq, bw-qq: every hard step; thresholds fixed
  step_size,   ///< lsq: multiples of a step size that learns
  table,       ///< llt: values looked up in tables that learn
};

struct TrainerOptions {
  InputLayer input = InputLayer::values;
  std::vector<std::size_t> hidden = {128, 128, 128, 128, 128};
  float dropout =
      0.0F;  ///< probability of dropping, after each hidden ReLU; survivors scale by 1/(1-p)
  double learning_rate = 1e-3;
  double weight_decay = 0.0;           ///< of weights, not of biases and thresholds (AdamW)
  double threshold_rate_factor = 1.0;  ///< threshold learning rate / learning_rate
  std::size_t batch_rows_max = 512;
  unsigned threads = 1;
  std::uint64_t seed = 0;  ///< initial weights and dropout
  StepsPath steps_path = StepsPath::automatic;
  inference::Loss loss = inference::Loss::squared_error;
  double quantile = 0.5;             ///< of Loss::quantile
  std::size_t outputs = 1;           ///< cross_entropy: classes
  std::vector<TargetLoss> targets;   ///< several: in place of loss, outputs and class_weights
  std::vector<float> class_weights;  ///< cross_entropy: of each class's rows; empty: 1 each
  std::vector<std::size_t> levels;   ///< step_size, table: of each of the first columns
  std::size_t granularity = 4;       ///< table: cells per segment
  std::size_t submodels = 1;  ///< above 1: TabM (submodels.h); soft_steps and hard_steps only
  std::size_t submodels_per_row = 1;       ///< how many of them learn from a row in a step
  std::vector<std::uint32_t> sign_groups;  ///< submodels: of each column of the inputs, from 0
};

struct Gradients {
  std::vector<inference::DenseLayer> layers;
  std::vector<float> thresholds;  ///< soft_sum, step_size, table: of all the quantizer learns
};

/// One network in training, with the team of threads that trains it. Not copyable, not for several
/// threads at once.
class Trainer {
 public:
  /// inputs: rows x F, standardised; targets: rows, standardised, or indices of classes (with
  /// several: those of the first in all rows, then those of the second, ...); weights:
  /// of the rows in the loss, which divides their sum by the batch's rows; empty: 1 each. All must
  /// outlive the trainer.
  /// thresholds: start values in standardised units (empty offsets for InputLayer::values). Weights
  /// and biases start as draw_layer() draws them (initial_weights.h).
  Trainer(const TrainerOptions& options, base::ConstMatrixView inputs,
          std::span<const float> targets, const quantize::Thresholds& thresholds,
          std::span<const float> weights = {});
  ~Trainer();

  /// One step of AdamW on these rows of inputs; 1 <= rows.size() <= batch_rows_max. Result: the
  /// batch's mean loss (of submodels: their mean) before the update (NaN if it overflowed: the
  /// caller stops).
  double step(std::span<const std::uint32_t> rows, float temperature);

  /// The gradients of the batch's loss, nothing updated; dropout off. For tests.
  Gradients gradients(std::span<const std::uint32_t> rows, float temperature,
                      double* loss = nullptr);

  void set_learning_rate(double learning_rate);
  /// A copy of the parameters as they are now.
  inference::Parameters parameters() const;
  /// As trained before, thresholds included; not for step_size and table.
  void set_parameters(const inference::Parameters& parameters);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::training
