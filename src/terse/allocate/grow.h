// Levels to start from, per feature: grown from nothing by the splits that boosted trees would make
// next if they knew the codes so far.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "terse/base/matrix.h"

namespace terse::allocate {

struct GrowOptions {
  double bits = 64.0;           ///< of information in a message, at the end
  double share = 0.15;          ///< of the bits, added between two looks at the trees
  unsigned code_rounds = 60;    ///< trees that predict from the codes so far
  unsigned look_rounds = 20;    ///< trees that predict the rest from the readings
  std::size_t rows_max = 8000;  ///< rows to use
  std::uint64_t seed = 0;
};

/// Levels per feature with about options.bits in all, 1 to 256 each. Step by step trees first
/// predict the targets from the codes there are, then more trees the rest from the readings; the
/// splits of the latter that gain most per bit become thresholds, at most two of a feature at a
/// time. Ends early where nothing gains any more. inputs: rows x F; targets: rows.
std::vector<std::size_t> grown_levels(base::ConstMatrixView inputs, std::span<const float> targets,
                                      const GrowOptions& options,
                                      const std::function<void(unsigned)>& on_round = {});

}  // namespace terse::allocate
