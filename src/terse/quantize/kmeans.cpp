#include "terse/quantize/kmeans.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "terse/base/error.h"

namespace terse::quantize {
namespace {

constexpr std::size_t groups_max = 4096;

/// Costs of intervals of the points in constant time, from running sums around the mean.
class IntervalCosts {
 public:
  explicit IntervalCosts(const WeightedValues& points) : weight_{0.0}, first_{0.0}, second_{0.0} {
    double total = 0.0;
    double mean = 0.0;
    for (std::size_t i = 0; i < points.values.size(); ++i) {
      total += points.weights[i];
      mean += (points.values[i] - mean) * points.weights[i] / total;
    }
    for (std::size_t i = 0; i < points.values.size(); ++i) {
      const double value = points.values[i] - mean;
      weight_.push_back(weight_.back() + points.weights[i]);
      first_.push_back(first_.back() + points.weights[i] * value);
      second_.push_back(second_.back() + points.weights[i] * value * value);
    }
  }
  /// Weighted squared distances of points begin .. end - 1 from their mean.
  double of(std::size_t begin, std::size_t end) const {
    const double first = first_[end] - first_[begin];
    const double weight = weight_[end] - weight_[begin];
    return std::max(0.0, second_[end] - second_[begin] - first * first / weight);
  }

 private:
  std::vector<double> weight_;
  std::vector<double> first_;
  std::vector<double> second_;
};

/// One more cluster for every prefix of the points.
class ClusterRow {
 public:
  ClusterRow(const IntervalCosts& costs, const std::vector<double>& before, std::size_t cluster)
      : best(before.size(), std::numeric_limits<double>::infinity()),
        start(before.size()),
        costs_(costs),
        before_(before) {
    fill(cluster + 1, before.size(), cluster, before.size() - 1);
  }

  std::vector<double> best;          ///< per number of points: cost of the best clustering
  std::vector<std::uint32_t> start;  ///< where its last cluster begins

 private:
  // The best start never decreases with the number of points.
  void fill(std::size_t begin, std::size_t end, std::size_t low, std::size_t high) {
    if (begin >= end) return;
    const std::size_t middle = begin + (end - begin) / 2;
    for (std::size_t from = low; from <= std::min(high, middle - 1); ++from) {
      const double cost = before_[from] + costs_.of(from, middle);
      if (cost < best[middle]) {
        best[middle] = cost;
        start[middle] = static_cast<std::uint32_t>(from);
      }
    }
    fill(begin, middle, low, start[middle]);
    fill(middle + 1, end, start[middle], high);
  }

  const IntervalCosts& costs_;
  const std::vector<double>& before_;
};

struct Groups {
  WeightedValues means;
  std::vector<float> lowest;
  std::vector<float> highest;
};

Groups groups_of(std::span<const float> sorted) {
  std::size_t distinct = 1;
  for (std::size_t i = 1; i < sorted.size(); ++i) distinct += sorted[i] > sorted[i - 1] ? 1U : 0U;
  const std::size_t rows_each = distinct <= groups_max ? 1 : sorted.size() / groups_max + 1;
  Groups groups;
  for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
    double sum = 0.0;
    while (end < sorted.size() && (end < begin + rows_each || sorted[end] == sorted[end - 1])) {
      sum += static_cast<double>(sorted[end++]);
    }
    const auto count = static_cast<double>(end - begin);
    groups.means.values.push_back(sum / count);
    groups.means.weights.push_back(count);
    groups.lowest.push_back(sorted[begin]);
    groups.highest.push_back(sorted[end - 1]);
  }
  return groups;
}

float between(float low, float high) {
  const auto middle =
      static_cast<float>((static_cast<double>(low) + static_cast<double>(high)) / 2);
  // The reading at `high` has to lie above, also where nothing lies between the two.
  return middle < high ? middle : low;
}

}  // namespace

std::vector<std::size_t> kmeans_clusters(const WeightedValues& points, std::size_t clusters) {
  const std::size_t count = points.values.size();
  TERSE_CHECK(count > 0 && clusters > 0 && points.weights.size() == count);
  clusters = std::min(clusters, count);
  const IntervalCosts costs(points);
  std::vector<double> best(count + 1, std::numeric_limits<double>::infinity());
  for (std::size_t end = 1; end <= count; ++end) best[end] = costs.of(0, end);
  best[0] = 0.0;
  std::vector<std::vector<std::uint32_t>> starts;
  for (std::size_t cluster = 1; cluster < clusters; ++cluster) {
    ClusterRow row(costs, best, cluster);
    best = std::move(row.best);
    starts.push_back(std::move(row.start));
  }
  std::vector<std::size_t> first(clusters);
  std::size_t end = count;
  for (std::size_t cluster = clusters; cluster-- > 1;) {
    first[cluster] = starts[cluster - 1][end];
    end = first[cluster];
  }
  return first;
}

Thresholds kmeans_thresholds(base::ConstMatrixView rows, std::span<const std::size_t> levels) {
  const auto between_clusters = [](std::size_t, std::span<const float> sorted, std::size_t count) {
    const Groups groups = groups_of(sorted);
    const auto first = kmeans_clusters(groups.means, count + 1);
    std::vector<float> thresholds;
    for (std::size_t cluster = 1; cluster < first.size(); ++cluster) {
      thresholds.push_back(
          between(groups.highest[first[cluster] - 1], groups.lowest[first[cluster]]));
    }
    thresholds.resize(count, thresholds.empty() ? sorted.back() : thresholds.back());
    return thresholds;
  };
  return thresholds_of_columns(rows, levels, between_clusters);
}

}  // namespace terse::quantize
