// The steps layer with S as a matrix: cheapest for few thresholds per feature.
#pragma once

#include <vector>

#include "terse/training/steps_state.h"
#include "terse/training/team.h"

namespace terse::training {

class StepsDense {
 public:
  StepsDense(StepsShared& shared, unsigned threads);

  /// Collective; a barrier must follow before forward or backward. Computes S; allocates it at the
  /// first call.
  void prepare(Member& member, const StepsBatch& batch);
  /// Collective, after prepare.
  void forward(Member& member, const StepsBatch& batch, base::MatrixView output);
  /// Collective, after prepare. Leaves the threshold gradient complete for this member's share of
  /// thresholds.
  void backward(Member& member, const StepsBatch& batch, base::ConstMatrixView output_gradient,
                const StepsUpdate& update);
  /// Predicted cycles of the three calls in one thread, Adam left out.
  double prepare_cost(std::size_t rows) const;
  double forward_cost(std::size_t rows) const;
  double backward_cost(std::size_t rows) const;
  /// The thresholds this member updates.
  Share share(const Member& member) const;

 private:
  struct Scratch {
    base::AlignedVector<float> column, products, gradient;
  };

  double entries(std::size_t rows) const;
  void backward_block(Share thresholds, const StepsBatch& batch,
                      base::ConstMatrixView output_gradient, const StepsUpdate& update,
                      Scratch& scratch);
  void threshold_gradients(std::size_t begin, std::size_t end, const StepsBatch& batch,
                           base::ConstMatrixView output_gradient, float* products);

  StepsShared& shared_;
  base::AlignedVector<float> steps_;  ///< S transposed: thresholds x batch_stride
  std::vector<Scratch> scratch_;      ///< per member
};

}  // namespace terse::training
