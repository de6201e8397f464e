// Thresholds from the clusters of a feature's values: k-means in one dimension, solved exactly.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/quantize/thresholds.h"

namespace terse::quantize {

/// Ascending distinct values with their weights above 0.
struct WeightedValues {
  std::vector<double> values;
  std::vector<double> weights;
};

/// The first value of each of `clusters` clusters, as indices from 0 on, that minimise the weighted
/// squared distances to the clusters' means; fewer if there are fewer values. Dynamic programming
/// over the sorted values, by divide and conquer (Wang and Song, "Ckmeans.1d.dp", R Journal 2011):
/// clusters x N log N steps.
std::vector<std::size_t> kmeans_clusters(const WeightedValues& points, std::size_t clusters);

/// Halfway between the outermost values of neighbouring clusters. Exact for up to 4096 distinct
/// values of a feature; more are first summed up in 4096 groups of equally many neighbours. A
/// feature with fewer distinct values than levels repeats its last threshold. rows: at least one
/// row x F, finite; levels: F numbers of levels, 1..256.
Thresholds kmeans_thresholds(base::ConstMatrixView rows, std::span<const std::size_t> levels);

}  // namespace terse::quantize
