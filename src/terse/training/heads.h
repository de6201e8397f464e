// The last linear layers of the submodels: each its own, on its own rows.
#pragma once

#include <vector>

#include "terse/training/dense_layer.h"
#include "terse/training/submodels.h"

namespace terse::training {

/// Matrices have all stacked rows (submodels.h); `own` are those of them that a member works on.
class Heads {
 public:
  Heads(std::size_t inputs, std::size_t outputs, unsigned threads, std::size_t submodels);

  std::size_t inputs() const { return heads_.front().inputs(); }
  std::size_t outputs() const { return heads_.front().outputs(); }
  const float* bias(std::size_t submodel) const { return heads_[submodel].bias(); }

  void forward(const Submodels& submodels, Share own, base::ConstMatrixView inputs,
               base::MatrixView outputs) const;
  void input_gradient(const Submodels& submodels, Share own, base::ConstMatrixView output_gradient,
                      base::MatrixView input_gradient) const;
  /// This member's share of all weights and biases.
  void update(const Member& member, const Submodels& submodels, base::ConstMatrixView inputs,
              base::ConstMatrixView output_gradient, const AdamStep& adam);
  /// As update, but the gradients are written to result, one layer per submodel.
  void gradients(const Member& member, const Submodels& submodels, base::ConstMatrixView inputs,
                 base::ConstMatrixView output_gradient,
                 std::vector<inference::DenseLayer>& result) const;

  /// All as one layer, submodel after submodel.
  void set(const inference::DenseLayer& layer);
  inference::DenseLayer get() const;
  /// A layer of zeros for each submodel, and the join of such.
  std::vector<inference::DenseLayer> zeros() const;
  static inference::DenseLayer joined(const std::vector<inference::DenseLayer>& heads);

 private:
  std::vector<TrainedDense> heads_;
};

}  // namespace terse::training
