// The plan, made once per feature and direction in a step, of how its thresholds act on its batch
// rows: which steps are computed one by one and which through running sums (see steps_kernels.h),
// and the tables that the kernels read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/training/steps_kernels.h"

namespace terse::training {

/// sigmoid(-z) = sum_k c_k exp(-l_k z) for z >= 0, and its derivative's size with the same l_k:
/// largest errors 7.3e-9 and 3.0e-8. Six terms (two real, two complex pairs) are what the singular
/// values of the Hankel operator of sigmoid(-z) ask for: they fall by exp(pi) each, the sixth is
/// 4e-8. Started from that operator's balanced truncation (Beylkin and Monzon 2005 describe the
/// idea), refined by least squares with Lawson's weights, l_k common to both fits. The l_k are
/// listed in steps_terms_kernel.cpp.
inline constexpr StepsCoefficients tail = {1.000467466395236F,     -0.8174210149465988F,
                                           0.3176032854266828F,    -0.07937183432112614F,
                                           -6.497378743296478e-4F, 5.853653283930282e-3F};
inline constexpr StepsCoefficients tail_slope = {1.0005225434023599F,    -1.6013722861554402F,
                                                 0.86498028358018975F,   8.606277920243377e-4F,
                                                 -0.014130570342215654F, 0.017038655992299701F};

/// The treatment of steps beyond a block's own span.
enum class StepsFar : std::uint8_t {
  cheapest,    ///< whichever of the two costs less for this feature
  saturated,   ///< unsaturated steps one by one, the rest are 0 or 1
  exponential  ///< sums of exponentials
};

/// Points of one feature on an axis, ascending, and the places of their rows.
struct SortedPoints {
  std::span<const float> position;
  std::span<const std::uint32_t> index;
};

struct StepsProgramRequest {
  SortedPoints targets;
  SortedPoints sources;
  std::size_t block = forward_block;
  float temperature = 1.0F;
  bool soft = true;
  bool derivatives = false;
  StepsFar far = StepsFar::cheapest;
  std::uint32_t padding_index = 0;  ///< target row for the padding of the last block
  std::size_t tiles = 1;            ///< how many tiles of columns will share the tables
};

/// Owns the tables of one program; the memory is kept for the next.
class StepsProgramBuilder {
 public:
  /// The result points into this builder, into request's indices, and lives until the next call.
  const StepsProgram& build(const StepsProgramRequest& request);
  /// Predicted cycles of the last program, tables and all tiles.
  double cost() const { return cost_; }

 private:
  void choose(const StepsProgramRequest& request);
  void find_ranges(const StepsProgramRequest& request, float reach);
  void fill_near(const StepsProgramRequest& request);
  void fill_blocks(const StepsProgramRequest& request);
  void fill_sources(const StepsProgramRequest& request);
  void fill_targets(const StepsProgramRequest& request);
  TermTable table(std::size_t which, std::size_t columns);

  StepsProgram program_;
  double cost_ = 0.0;
  std::vector<std::uint32_t> target_index_;
  std::vector<std::uint32_t> near_begin_, near_end_, near_offset_;
  base::AlignedVector<float> near_step_, near_derivative_;
  base::AlignedVector<float> gaps_;
  base::AlignedVector<float> tables_[8];
};

}  // namespace terse::training
