// Phase 1 of SigmaQuant (arXiv 2602.22136): layers of like spread get like widths.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace terse::compress {

/// Cluster of each value, 0 the smallest, of at most `count` clusters that are contiguous in sorted
/// order: least sum of squared distances to the cluster's mean + lambda * sum over clusters of
/// (size - N / count)^2, exactly, by dynamic programming.
std::vector<std::size_t> clusters(std::span<const double> values, std::size_t count, double lambda);

/// A width per layer: standard deviations, z-scored, in min(4, layers - 1) clusters; clusters whose
/// mean deviations differ by less than 5% are merged; the smallest gets 2 bits, the largest 8,
/// those between evenly spaced widths, rounded to the nearest of 2, 4, 6 and 8.
std::vector<unsigned> widths_by_deviation(std::span<const double> deviations, double lambda);

}  // namespace terse::compress
