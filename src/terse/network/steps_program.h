// Plans, once per feature and direction in a step, how its thresholds act on its batch rows: which
// steps are computed one by one and which through running sums (see steps_kernels.h), and fills
// the tables the kernels read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "terse/matrix.h"
#include "terse/network/steps_kernels.h"

namespace terse::network {

/// How the steps beyond a block's own span are treated.
enum class StepsFar : std::uint8_t {
  cheapest,    ///< whichever of the two costs less for this feature
  saturated,   ///< unsaturated steps one by one, the rest are 0 or 1
  exponential  ///< sums of exponentials
};

/// Points of one feature on an axis, ascending, and where their rows stand.
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
  AlignedVector<float> near_step_, near_derivative_;
  AlignedVector<float> gaps_;
  AlignedVector<float> tables_[8];
};

}  // namespace terse::network
