// The options of the steps layer: its shape, and the paths that may run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace terse::training {

/// The code that runs a step.
enum class StepsPath : std::uint8_t {
  automatic,  ///< whichever is predicted to be cheapest
  dense,      ///< S as a matrix, three products: few thresholds per feature
  band,  ///< rows sorted per feature, only unsaturated steps computed, prefix and suffix sums for
         ///< the rest: low temperatures, and hard steps
  exponential  ///< as band, but only neighbouring rows and thresholds are paired; the rest acts
               ///< through running sums of six exponentials, at the same cost at any temperature
};

struct StepsLayerOptions {
  std::size_t units = 0;
  std::size_t batch_rows_max = 512;
  bool soft = true;                    ///< false: hard steps, thresholds fixed (bw-mq, bw-qq)
  float threshold_rate_factor = 1.0F;  ///< threshold learning rate / weight learning rate
  StepsPath path = StepsPath::automatic;
  /// Per feature the number, from 0, of the sum that it is part of; empty: all of one.
  std::vector<std::uint32_t> groups = {};
};

}  // namespace terse::training
