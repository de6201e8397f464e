#include "terse/compress/sigma_clusters.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "terse/base/error.h"
#include "terse/base/order.h"

namespace terse::compress {
namespace {

constexpr std::size_t clusters_max = 4;
constexpr double merge_below = 0.05;

// Squared distances of sorted[begin..end) to their mean.
double spread_of(std::span<const double> sorted, std::size_t begin, std::size_t end) {
  const auto part = sorted.subspan(begin, end - begin);
  const double mean =
      std::accumulate(part.begin(), part.end(), 0.0) / static_cast<double>(part.size());
  double sum = 0.0;
  for (const double value : part) sum += (value - mean) * (value - mean);
  return sum;
}

// Joins neighbours whose mean values are nearly the same; the numbers stay without gaps.
void merge_alike(std::span<const double> values, std::vector<std::size_t>& cluster) {
  const auto mean_of = [&](std::size_t wanted) {
    double sum = 0.0;
    double count = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (cluster[i] != wanted) continue;
      sum += values[i];
      count += 1.0;
    }
    return sum / count;
  };
  std::size_t current = 0;
  while (current < std::ranges::max(cluster)) {
    const double mean = mean_of(current);
    const double next = mean_of(current + 1);
    if (next - mean >= merge_below * std::abs(next)) {
      ++current;
      continue;
    }
    for (std::size_t& index : cluster) index -= index > current ? 1 : 0;
  }
}

}  // namespace

std::vector<std::size_t> clusters(std::span<const double> values, std::size_t count,
                                  double lambda) {
  TERSE_CHECK(count >= 1 && !values.empty());
  const std::size_t size = values.size();
  const auto order = base::ascending(values);
  std::vector<double> sorted;
  for (const std::size_t i : order) sorted.push_back(values[i]);
  const double even = static_cast<double>(size) / static_cast<double>(count);
  const double infinity = std::numeric_limits<double>::infinity();
  // best[k][n]: of the first n values in k clusters; an empty cluster costs its missing size.
  std::vector<std::vector<double>> best(count + 1, std::vector<double>(size + 1, infinity));
  std::vector<std::vector<std::size_t>> cut(count + 1, std::vector<std::size_t>(size + 1));
  best[0][0] = 0.0;
  for (std::size_t k = 1; k <= count; ++k) {
    for (std::size_t end = 0; end <= size; ++end) {
      for (std::size_t begin = 0; begin <= end; ++begin) {
        if (best[k - 1][begin] == infinity) continue;
        const double missing = static_cast<double>(end - begin) - even;
        const double cost = best[k - 1][begin] + lambda * missing * missing +
                            (end > begin ? spread_of(sorted, begin, end) : 0.0);
        if (cost < best[k][end]) {
          best[k][end] = cost;
          cut[k][end] = begin;
        }
      }
    }
  }
  std::vector<std::size_t> result(size);
  std::size_t end = size;
  std::vector<std::size_t> ends;
  for (std::size_t k = count; k > 0; --k) {
    const std::size_t begin = cut[k][end];
    if (begin < end) ends.push_back(end);
    end = begin;
  }
  std::ranges::reverse(ends);
  for (std::size_t i = 0, own = 0; i < size; ++i) {
    if (i == ends[own]) ++own;
    result[order[i]] = own;
  }
  return result;
}

std::vector<unsigned> widths_by_deviation(std::span<const double> deviations, double lambda) {
  const std::size_t layers = deviations.size();
  const std::size_t count = std::clamp<std::size_t>(layers - 1, 1, clusters_max);
  const double mean =
      std::accumulate(deviations.begin(), deviations.end(), 0.0) / static_cast<double>(layers);
  const double deviation =
      std::sqrt(spread_of(deviations, 0, layers) / static_cast<double>(layers));
  std::vector<double> scores;
  for (const double value : deviations) {
    scores.push_back(deviation > 0.0 ? (value - mean) / deviation : 0.0);
  }
  auto cluster = clusters(scores, count, lambda);
  merge_alike(deviations, cluster);
  const std::size_t last = std::ranges::max(cluster);
  std::vector<unsigned> widths;
  for (const std::size_t index : cluster) {
    // One cluster: between the ends.
    const double place = last == 0 ? 0.5 : static_cast<double>(index) / static_cast<double>(last);
    widths.push_back(2 + 2 * static_cast<unsigned>(std::floor(place * 3.0)));
  }
  return widths;
}

}  // namespace terse::compress
