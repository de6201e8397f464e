#include "terse/quantize/kmeans.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "terse/base/random.h"

namespace terse::quantize {
namespace {

double cost(const WeightedValues& points, std::span<const std::size_t> first) {
  double sum = 0.0;
  for (std::size_t cluster = 0; cluster < first.size(); ++cluster) {
    const std::size_t end = cluster + 1 < first.size() ? first[cluster + 1] : points.values.size();
    double weight = 0.0;
    double mean = 0.0;
    for (std::size_t i = first[cluster]; i < end; ++i) {
      weight += points.weights[i];
      mean += points.weights[i] * points.values[i];
    }
    mean /= weight;
    for (std::size_t i = first[cluster]; i < end; ++i) {
      sum += points.weights[i] * (points.values[i] - mean) * (points.values[i] - mean);
    }
  }
  return sum;
}

// Every way to cut the points into `left` more clusters from `begin` on.
double lowest_cost(const WeightedValues& points, std::vector<std::size_t>& first,
                   std::size_t clusters) {
  if (first.size() == clusters) return cost(points, first);
  double lowest = std::numeric_limits<double>::infinity();
  for (std::size_t next = first.back() + 1; next < points.values.size(); ++next) {
    first.push_back(next);
    lowest = std::min(lowest, lowest_cost(points, first, clusters));
    first.pop_back();
  }
  return lowest;
}

TEST(Kmeans, IsTheBestOfAllClusterings) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    base::Random random(seed);
    WeightedValues points;
    double value = 1e4;
    for (std::size_t i = 0; i < 12; ++i) {
      value += std::exp(2.0 * random.normal());
      points.values.push_back(value);
      points.weights.push_back(0.1 + random.uniform());
    }
    for (std::size_t clusters = 1; clusters <= 5; ++clusters) {
      const auto found = kmeans_clusters(points, clusters);
      ASSERT_EQ(found.size(), clusters);
      EXPECT_EQ(found.front(), 0U);
      std::vector<std::size_t> first{0};
      const double lowest = lowest_cost(points, first, clusters);
      EXPECT_NEAR(cost(points, found), lowest, 1e-6 * (1 + lowest)) << seed << " " << clusters;
    }
  }
}

TEST(Kmeans, AsManyClustersAsValuesAtMost) {
  const WeightedValues points{{1.0, 2.0, 5.0}, {1.0, 1.0, 1.0}};
  EXPECT_EQ(kmeans_clusters(points, 3), (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_EQ(kmeans_clusters(points, 9), (std::vector<std::size_t>{0, 1, 2}));
}

TEST(Kmeans, ThresholdsLieBetweenClusters) {
  base::Matrix rows(7, 2);
  const float values[] = {0.0F, 1.0F, 0.5F, 10.0F, 11.0F, 100.0F, 100.0F};
  for (std::size_t row = 0; row < 7; ++row) {
    rows(row, 0) = values[row];
    rows(row, 1) = row < 3 ? -1.0F : std::nextafter(-1.0F, 0.0F);
  }
  const std::size_t levels[] = {3, 4};
  const Thresholds found = kmeans_thresholds(rows, levels);
  EXPECT_EQ(found.of(0)[0], 5.5F);
  EXPECT_EQ(found.of(0)[1], 55.5F);
  // Two neighbouring floats: nothing lies between, the lower one is the threshold, and the two
  // levels more than there are values repeat it.
  for (const float threshold : found.of(1)) EXPECT_EQ(threshold, -1.0F);
  EXPECT_EQ(found.count(1), 3U);
}

TEST(Kmeans, AConstantFeatureAndOneLevelAreAllowed) {
  base::Matrix rows(5, 2);
  const std::size_t levels[] = {4, 1};
  const Thresholds found = kmeans_thresholds(rows, levels);
  EXPECT_EQ(found.count(0), 3U);
  EXPECT_EQ(code_of(0.0F, found.of(0)), 0);
  EXPECT_EQ(found.count(1), 0U);
}

// The uniform distribution's clusters are equally wide; 20000 rows are more than are kept apart.
TEST(Kmeans, ManyRowsComeCloseToTheDistributionsOwnClusters) {
  base::Random random(3);
  base::Matrix rows(20000, 1);
  for (float& value : rows.values()) value = static_cast<float>(random.uniform());
  const std::size_t levels[] = {8};
  const Thresholds found = kmeans_thresholds(rows, levels);
  for (std::size_t j = 0; j < 7; ++j) {
    EXPECT_NEAR(found.of(0)[j], static_cast<double>(j + 1) / 8.0, 0.02);
  }
}

}  // namespace
}  // namespace terse::quantize
