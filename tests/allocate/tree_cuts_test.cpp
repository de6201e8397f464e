#include "terse/allocate/tree_cuts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "terse/base/random.h"

namespace terse::allocate {
namespace {

base::Matrix column(const std::vector<float>& values) {
  base::Matrix result(values.size(), 1);
  std::ranges::copy(values, result.values().begin());
  return result;
}

// The best of all single thresholds, by its definition.
double squared_error(std::span<const float> readings, std::span<const float> targets,
                     std::span<const float> weights, float threshold) {
  double error = 0.0;
  for (const bool above : {false, true}) {
    double sum = 0.0;
    double count = 0.0;
    for (std::size_t i = 0; i < readings.size(); ++i) {
      if ((readings[i] > threshold) != above) continue;
      sum += static_cast<double>(weights[i] * targets[i]);
      count += static_cast<double>(weights[i]);
    }
    for (std::size_t i = 0; i < readings.size(); ++i) {
      if ((readings[i] > threshold) != above) continue;
      const double shift = static_cast<double>(targets[i]) - sum / count;
      error += static_cast<double>(weights[i]) * shift * shift;
    }
  }
  return error;
}

TEST(TreeCuts, TheFirstIsTheBestOfAll) {
  base::Random random(8);
  for (int repeat = 0; repeat < 20; ++repeat) {
    std::vector<float> readings;
    std::vector<float> targets;
    std::vector<float> weights;
    for (int i = 0; i < 60; ++i) {
      readings.push_back(std::round(10.0F * static_cast<float>(random.uniform())));
      targets.push_back(readings.back() > 6.0F ? 2.0F : 0.0F);
      targets.back() += static_cast<float>(random.normal());
      weights.push_back(0.5F + static_cast<float>(random.uniform()));
    }
    const auto cuts = tree_cuts(readings, column(targets), weights, 2);
    ASSERT_EQ(cuts.size(), 1U);
    double least = std::numeric_limits<double>::infinity();
    for (float t = 0.5F; t < 10.0F; t += 1.0F) {
      const auto above = std::ranges::count_if(readings, [t](float x) { return x > t; });
      if (above < 3 || above > 57) continue;
      least = std::min(least, squared_error(readings, targets, weights, t));
    }
    EXPECT_NEAR(squared_error(readings, targets, weights, cuts[0]), least, 1e-5 * least);
  }
}

TEST(TreeCuts, StepsAreFoundAndNothingElse) {
  std::vector<float> readings;
  std::vector<float> targets;
  for (int i = 0; i < 100; ++i) {
    readings.push_back(static_cast<float>(i));
    targets.push_back(i < 20 ? 1.0F : i < 70 ? 5.0F : 2.0F);
  }
  EXPECT_EQ(tree_cuts(readings, column(targets), {}, 8), (std::vector<float>{19.5F, 69.5F}));
  EXPECT_EQ(tree_cuts(readings, column(targets), {}, 1), std::vector<float>{});
  EXPECT_EQ(tree_cuts(readings, column(std::vector<float>(100, 1.0F)), {}, 8),
            std::vector<float>{});
}

TEST(TreeCuts, ClassesAreSharesAndLeavesHaveThreeRows) {
  std::vector<float> readings;
  base::Matrix targets(30, 2);
  for (std::size_t i = 0; i < 30; ++i) {
    readings.push_back(static_cast<float>(i));
    targets(i, i < 2 || i >= 15 ? 1 : 0) = 1.0F;
  }
  // The first two rows are too few for a leaf of their own.
  const auto cuts = tree_cuts(readings, targets, {}, 3);
  ASSERT_EQ(cuts.size(), 2U);
  EXPECT_GE(cuts[0], 2.0F);
  EXPECT_EQ(cuts[1], 14.5F);
}

// Neighbours in float32 have nothing between them: the lower one is the threshold.
TEST(TreeCuts, NeighboursAreToldApart) {
  const float low = 1e8F;
  const float high = std::nextafter(low, 2e8F);
  const std::vector<float> readings = {low, low, low, high, high, high};
  EXPECT_EQ(tree_cuts(readings, column({0, 0, 0, 1, 1, 1}), {}, 2), std::vector<float>{low});
}

}  // namespace
}  // namespace terse::allocate
