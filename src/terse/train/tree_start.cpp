#include "terse/train/tree_start.h"

#include <algorithm>
#include <utility>

#include "terse/base/error.h"
#include "terse/quantize/kmeans.h"

namespace terse::train {
namespace {

// The share of readings that a code counts this threshold for, with half of those equal to it: ties
// stay where their middle is.
double rank_of(float threshold, std::span<const float> sorted) {
  const auto above = std::ranges::upper_bound(sorted, threshold);
  return static_cast<double>(above - sorted.begin()) / static_cast<double>(sorted.size());
}

std::vector<float> strongest_of_clusters(std::span<const boosted::SplitPoint> points,
                                         std::span<const float> sorted, std::size_t count) {
  quantize::WeightedValues ranks;
  for (const boosted::SplitPoint& point : points) {
    ranks.values.push_back(rank_of(point.threshold, sorted));
    ranks.weights.push_back(point.gain);
  }
  const auto first = quantize::kmeans_clusters(ranks, count);
  std::vector<float> thresholds;
  for (std::size_t cluster = 0; cluster < first.size(); ++cluster) {
    const std::size_t end = cluster + 1 < first.size() ? first[cluster + 1] : points.size();
    const auto own = points.subspan(first[cluster], end - first[cluster]);
    thresholds.push_back(std::ranges::max_element(own, {}, &boosted::SplitPoint::gain)->threshold);
  }
  return thresholds;
}

// Adds the quantile that is farthest, in ranks, from all thresholds that are there.
void add_quantile(std::vector<float>& thresholds, std::span<const float> sorted) {
  std::vector<double> ranks{0.0, 1.0};
  for (const float threshold : thresholds) ranks.push_back(rank_of(threshold, sorted));
  std::ranges::sort(ranks);
  std::size_t widest = 0;
  for (std::size_t i = 1; i + 1 < ranks.size(); ++i) {
    if (ranks[i + 1] - ranks[i] > ranks[widest + 1] - ranks[widest]) widest = i;
  }
  const double rank = (ranks[widest] + ranks[widest + 1]) / 2;
  const auto position = static_cast<std::size_t>(rank * static_cast<double>(sorted.size() - 1));
  thresholds.push_back(sorted[position]);
}

// 1 where all values are the same: nothing explains it then.
double variance(std::span<const float> values) {
  double sum = 0.0;
  double squares = 0.0;
  for (const float value : values) sum += static_cast<double>(value);
  const double mean = sum / static_cast<double>(values.size());
  for (const float value : values) {
    const double difference = static_cast<double>(value) - mean;
    squares += difference * difference;
  }
  return squares > 0.0 ? squares / static_cast<double>(values.size()) : 1.0;
}

// Both ascending; gains at the same threshold add up.
void add_points(std::span<const boosted::SplitPoint> more, double factor,
                std::vector<boosted::SplitPoint>& points) {
  std::vector<boosted::SplitPoint> merged;
  std::size_t next = 0;
  for (const boosted::SplitPoint& point : points) {
    for (; next < more.size() && more[next].threshold < point.threshold; ++next) {
      merged.push_back({more[next].threshold, factor * more[next].gain});
    }
    merged.push_back(point);
    if (next < more.size() && more[next].threshold == point.threshold) {
      merged.back().gain += factor * more[next++].gain;
    }
  }
  for (; next < more.size(); ++next) {
    merged.push_back({more[next].threshold, factor * more[next].gain});
  }
  points = std::move(merged);
}

}  // namespace

std::vector<float> choose_thresholds(std::span<const boosted::SplitPoint> points,
                                     std::span<const float> sorted_readings, std::size_t count) {
  TERSE_CHECK(!sorted_readings.empty());
  std::vector<float> thresholds;
  if (count > 0 && !points.empty()) {
    thresholds = strongest_of_clusters(points, sorted_readings, count);
  }
  while (thresholds.size() < count) add_quantile(thresholds, sorted_readings);
  std::ranges::sort(thresholds);
  return thresholds;
}

quantize::Thresholds tree_thresholds(base::ConstMatrixView inputs, std::span<const float> targets,
                                     std::span<const std::size_t> levels, std::uint64_t seed,
                                     const std::function<void(unsigned)>& on_round,
                                     unsigned threads) {
  const WeightedTarget only{targets};
  return tree_thresholds(inputs, std::span(&only, 1), levels, seed, on_round, threads);
}

quantize::Thresholds tree_thresholds(base::ConstMatrixView inputs,
                                     std::span<const WeightedTarget> targets,
                                     std::span<const std::size_t> levels, std::uint64_t seed,
                                     const std::function<void(unsigned)>& on_round,
                                     unsigned threads) {
  boosted::BoostingOptions options;
  options.rounds_max = 60;
  options.depth_max = 5;
  options.learning_rate = 0.15;
  options.leaf_weight_min = 5.0;
  options.seed = seed;
  options.threads = threads;
  options.on_round = on_round;
  std::vector<std::vector<boosted::SplitPoint>> points(inputs.columns);
  for (const WeightedTarget& target : targets) {
    const boosted::Boosted grown = boosted::boost({inputs, target.values}, {}, options);
    const double factor = targets.size() == 1 ? 1.0 : target.weight / variance(target.values);
    auto own = boosted::split_points(grown, inputs.columns);
    for (std::size_t f = 0; f < own.size(); ++f) add_points(own[f], factor, points[f]);
  }
  return quantize::thresholds_of_columns(
      inputs, levels, [&](std::size_t feature, std::span<const float> sorted, std::size_t count) {
        return choose_thresholds(points[feature], sorted, count);
      });
}

}  // namespace terse::train
