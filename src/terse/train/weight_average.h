// The mean of a network's parameters over the last epochs of its training (Izmailov et al. 2018,
// "Averaging weights leads to wider optima and better generalization").
#pragma once

#include <cstddef>
#include <vector>

#include "terse/inference/parameters.h"

namespace terse::train {

/// Sums in double, one set of parameters after the other.
class WeightAverage {
 public:
  /// One more of the parameters to average; all of the same shape.
  void add(const inference::Parameters& parameters);
  std::size_t count() const { return count_; }
  /// At least one must have been added. Thresholds keep the order in which they were trained.
  inference::Parameters mean() const;

 private:
  inference::Parameters shape_;
  std::vector<double> sums_;
  std::size_t count_ = 0;
};

/// The first epoch (from 1) of those that are averaged, up to the last of `epochs`; epochs + 1 for
/// share 0.
unsigned first_averaged(double share, unsigned epochs);

}  // namespace terse::train
