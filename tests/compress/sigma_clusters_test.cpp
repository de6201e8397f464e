#include "terse/compress/sigma_clusters.h"

#include <gtest/gtest.h>

#include <cmath>

#include "terse/base/random.h"

namespace terse::compress {
namespace {

double objective(const std::vector<double>& values, const std::vector<std::size_t>& cluster,
                 std::size_t count, double lambda) {
  double total = 0.0;
  const double even = double(values.size()) / double(count);
  for (std::size_t k = 0; k < count; ++k) {
    double sum = 0.0;
    double size = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (cluster[i] == k) sum += values[i], size += 1.0;
    }
    total += lambda * (size - even) * (size - even);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (cluster[i] == k) total += std::pow(values[i] - sum / size, 2);
    }
  }
  return total;
}

// Least over every assignment of values to clusters, contiguous or not.
TEST(Clusters, NoOtherAssignmentIsBetter) {
  base::Random random(4);
  for (int trial = 0; trial < 10; ++trial) {
    std::vector<double> values(6);
    for (double& value : values) value = random.normal();
    for (const double lambda : {0.0, 0.1, 1.0}) {
      const double own = objective(values, clusters(values, 3, lambda), 3, lambda);
      std::vector<std::size_t> other(6);
      for (std::size_t way = 0; way < 729; ++way) {
        for (std::size_t i = 0, rest = way; i < 6; ++i, rest /= 3) other[i] = rest % 3;
        EXPECT_LE(own, objective(values, other, 3, lambda) + 1e-12);
      }
    }
  }
}

TEST(WidthsByDeviation, GiveMoreBitsToMoreSpread) {
  EXPECT_EQ(widths_by_deviation(std::vector<double>{0.1, 0.4, 0.2, 0.8, 0.11}, 0.0),
            (std::vector<unsigned>{2, 6, 4, 8, 2}));
}

TEST(WidthsByDeviation, LayersAlikeGetTheSame) {
  EXPECT_EQ(widths_by_deviation(std::vector<double>{0.1, 0.101, 0.102, 0.1}, 0.1),
            (std::vector<unsigned>{4, 4, 4, 4}));
  EXPECT_EQ(widths_by_deviation(std::vector<double>{0.1, 0.101, 0.5, 0.502, 0.5}, 0.0),
            (std::vector<unsigned>{2, 2, 8, 8, 8}));
}

TEST(WidthsByDeviation, TwoLayersAreOneCluster) {
  EXPECT_EQ(widths_by_deviation(std::vector<double>{0.1, 0.5}, 0.1), (std::vector<unsigned>{4, 4}));
}

}  // namespace
}  // namespace terse::compress
