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
class TrainedDense {
 public:
  TrainedDense(std::size_t inputs, std::size_t outputs, unsigned threads);

  std::size_t inputs() const { return inputs_; }
  std::size_t outputs() const { return outputs_; }
  const float* bias() const { return bias_.values.data(); }

  /// These rows of Y = X W; the bias is added by the activation.
  void forward(base::ConstMatrixView inputs, base::MatrixView outputs) const;
  /// These rows of dX = dY W^T.
  void input_gradient(base::ConstMatrixView output_gradient, base::MatrixView input_gradient) const;
  /// This member's share of weights and bias, from all rows of X and dY.
  void update(const Member& member, base::ConstMatrixView inputs,
              base::ConstMatrixView output_gradient, const AdamStep& adam);
  /// As update, but the gradients are written to result (outputs x inputs) instead.
  void gradients(const Member& member, base::ConstMatrixView inputs,
                 base::ConstMatrixView output_gradient, inference::DenseLayer& result) const;

  void set(const inference::DenseLayer& layer);
  inference::DenseLayer get() const;

 private:
  std::size_t block_rows() const;

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
