// Thresholds where a small boosted model splits: a start that depends on the task, not only on the
// readings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/boosted/boosting.h"
#include "terse/quantize/thresholds.h"

namespace terse::train {

/// `count` ascending thresholds out of the split points of one feature (ascending, distinct):
/// clusters of their ranks among the readings, weighted by gain, each represented by its point of
/// the highest gain. Where there are too few points, quantiles of the readings as far as possible
/// from all others fill up. sorted_readings: ascending, at least one.
std::vector<float> choose_thresholds(std::span<const boosted::SplitPoint> points,
                                     std::span<const float> sorted_readings, std::size_t count);

/// One of several targets, and how much what lowers its error counts.
struct WeightedTarget {
  std::span<const float> values;
  double weight = 1.0;
};

/// For every feature. inputs: rows x F; targets: rows; levels: F numbers, 1..256. on_round is
/// called before each of the trees and may throw to stop.
quantize::Thresholds tree_thresholds(base::ConstMatrixView inputs, std::span<const float> targets,
                                     std::span<const std::size_t> levels, std::uint64_t seed,
                                     const std::function<void(unsigned)>& on_round = {},
                                     unsigned threads = 1);

/// Of several targets: trees of each, whose splits count by the share of the target's variance that
/// they explain, times its weight. Of one target: the same as above.
quantize::Thresholds tree_thresholds(base::ConstMatrixView inputs,
                                     std::span<const WeightedTarget> targets,
                                     std::span<const std::size_t> levels, std::uint64_t seed,
                                     const std::function<void(unsigned)>& on_round = {},
                                     unsigned threads = 1);

}  // namespace terse::train
