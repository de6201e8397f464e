// The steps layer over rows and thresholds sorted per feature: nothing of the size of S is
// computed, only what steps_program.h plans.
#pragma once

#include <vector>

#include "terse/training/steps_program.h"
#include "terse/training/steps_state.h"
#include "terse/training/team.h"

namespace terse::training {

class StepsSorted {
 public:
  /// Ranks all rows of the inputs, per feature.
  StepsSorted(StepsShared& shared, unsigned threads);

  /// Collective; a barrier must follow before forward or backward. Sorts rows and thresholds.
  void prepare(Member& member, const StepsBatch& batch);
  /// Collective, after prepare with the same batch.
  void forward(Member& member, const StepsBatch& batch, StepsFar far, base::MatrixView output);
  /// Collective, after prepare with the same batch. Leaves the threshold gradient complete for
  /// this member's share of thresholds.
  void backward(Member& member, const StepsBatch& batch, StepsFar far,
                base::ConstMatrixView output_gradient, const StepsUpdate& update);
  /// Predicted cycles in one thread, Adam left out; the same for every number of members. Those of
  /// the last forward and of the last backward, 0 before it, are to be read between calls only.
  double prepare_cost(std::size_t rows) const;
  double forward_cost() const { return forward_cost_; }
  double backward_cost() const { return backward_cost_; }
  /// Whether the last forward took exponential sums for most thresholds.
  bool mostly_exponential() const { return mostly_exponential_; }
  Share share(const Member& member) const;

 private:
  // A batch's points on one feature's axis, ascending, and mirrored: negated and so descending.
  struct Axis {
    base::AlignedVector<float> position, mirrored_position;
    std::vector<std::uint32_t> index, mirrored_index;
    void resize(std::size_t size);
    void mirror(std::size_t begin, std::size_t size);
    SortedPoints points(std::size_t begin, std::size_t size) const;
    SortedPoints mirrored(std::size_t begin, std::size_t size) const;
  };
  struct Scratch {
    StepsProgramBuilder builder;
    base::AlignedVector<float> right_states;
    base::AlignedVector<float> gradient;
    std::vector<std::uint64_t> keys, keys_other;
  };

  void rank_inputs();
  void sort_rows(std::size_t feature, std::span<const std::uint32_t> rows, Scratch& scratch);
  void sort_thresholds(std::size_t feature);
  void backward_feature(std::size_t feature, Share tiles, const StepsProgram& program,
                        const StepsUpdate& update, Scratch& scratch);
  float* batch_tile(std::size_t group, std::size_t tile);
  template <typename Visit>
  void visit_tiles(Share tiles, const Visit& visit);

  StepsShared& shared_;
  std::vector<std::uint32_t> ranks_;  ///< rows x F: position of a row among all, per feature
  Axis rows_;                         ///< F x batch_stride
  Axis thresholds_;                   ///< as offsets; index: threshold of all features
  base::AlignedVector<float>
      batch_tiles_;  ///< [tile][batch row + one for padding][32]: Y, later dY
  base::AlignedVector<float> derivative_sums_;  ///< [tile][threshold]
  std::vector<Scratch> scratch_;                ///< per member
  double forward_cost_ = 0.0;
  double backward_cost_ = 0.0;
  bool mostly_exponential_ = false;
};

}  // namespace terse::training
