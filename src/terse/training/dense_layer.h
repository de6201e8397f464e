// One linear layer in training: weights and bias with their Adam state, the products of a step and
// the update, each member of the team doing its share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/inference/parameters.h"
#include "terse/training/adam.h"
#include "terse/training/large_memory.h"
#include "terse/training/team.h"

namespace terse::training {

/// Values with their Adam state.
struct AdamVector {
  base::AlignedVector<float> values;
  base::AlignedVector<float> first_moment;
  base::AlignedVector<float> second_moment;

  explicit AdamVector(std::size_t count)
      : values(large_zeros(count)),
        first_moment(large_zeros(count)),
        second_moment(large_zeros(count)) {}
  /// One step on values[begin], ..., with the gradients of these.
  void update(std::size_t begin, std::span<const float> gradient, const AdamStep& adam);
};

/// Y = X W + b. Without weights (inputs 0) only the bias is kept: the steps layer does the product.
/// With several submodels (submodels.h) each has a bias of its own, and all share the weights.
class TrainedDense {
 public:
  TrainedDense(std::size_t inputs, std::size_t outputs, unsigned threads,
               std::size_t submodels = 1);

  std::size_t inputs() const { return inputs_; }
  std::size_t outputs() const { return outputs_; }
  const float* bias(std::size_t submodel = 0) const {
    return bias_.values.data() + submodel * outputs_;
  }

  /// These rows of Y = X W; the bias is added by the activation.
  void forward(base::ConstMatrixView inputs, base::MatrixView outputs) const;
  /// These rows of dX = dY W^T.
  void input_gradient(base::ConstMatrixView output_gradient, base::MatrixView input_gradient) const;
  /// This member's share of the weights, from all rows of X and dY.
  void update_weights(const Member& member, base::ConstMatrixView inputs,
                      base::ConstMatrixView output_gradient, const AdamStep& adam);
  /// This member's share of the biases, which do not decay. rows: of dY, per submodel.
  void update_biases(const Member& member, base::ConstMatrixView output_gradient,
                     std::span<const Share> rows, const AdamStep& adam);
  /// As update_weights and update_biases, but the gradients are written to result instead: outputs
  /// x inputs, submodels * outputs; without rows nothing is written.
  void weight_gradients(const Member& member, base::ConstMatrixView inputs,
                        base::ConstMatrixView output_gradient, base::Matrix& result) const;
  void bias_gradients(const Member& member, base::ConstMatrixView output_gradient,
                      std::span<const Share> rows, std::span<float> result) const;

  /// layer.bias: submodel after submodel.
  void set(const inference::DenseLayer& layer);
  inference::DenseLayer get() const;

 private:
  std::size_t block_rows() const;
  std::size_t submodels() const { return bias_.values.size() / outputs_; }

  std::size_t inputs_;
  std::size_t outputs_;
  std::size_t stride_;  ///< of a row of weights
  AdamVector
      weights_;  ///< inputs x stride_, outputs of them used: a member's share of rows is contiguous
  AdamVector bias_;
  std::vector<base::AlignedVector<float>> scratch_;  ///< per member: a block of gradients
  std::vector<base::AlignedVector<float>> sums_;     ///< per member: gradients of the bias
};

}  // namespace terse::training
