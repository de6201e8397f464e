#include "terse/train/tree_start.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "terse/base/random.h"

namespace terse::train {
namespace {

const std::vector<float> ten = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

TEST(TreeStart, AStrongPointStandsForItsNeighbours) {
  const std::vector<boosted::SplitPoint> points = {
      {1.0F, 1.0}, {2.0F, 50.0}, {3.0F, 1.0}, {7.0F, 5.0}};
  EXPECT_EQ(choose_thresholds(points, ten, 2), (std::vector<float>{2.0F, 7.0F}));
  EXPECT_EQ(choose_thresholds(points, ten, 0), std::vector<float>{});
}

TEST(TreeStart, TooFewPointsAreFilledUpWithQuantiles) {
  const std::vector<boosted::SplitPoint> points = {{1.0F, 1.0}};
  const auto found = choose_thresholds(points, ten, 3);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_TRUE(std::ranges::is_sorted(found));
  EXPECT_EQ(found[0], 1.0F);
  // The ranks 0.2 and 1 leave 0.6 in the middle; then 0.6 (or what is there) and 1 leave 0.8.
  EXPECT_EQ(found[1], 5.0F);
  EXPECT_GT(found[2], found[1]);
  EXPECT_EQ(choose_thresholds({}, ten, 1), (std::vector<float>{4.0F}));
}

// Trees split "x < s", codes count thresholds below x: a reading exactly at the edge of the step
// must fall on the same side for both.
TEST(TreeStart, FindsWhereTheTargetJumpsAndOnWhichSideTheEdgeIs) {
  base::Random random(1);
  base::Matrix inputs(2000, 2);
  std::vector<float> targets;
  for (std::size_t row = 0; row < 2000; ++row) {
    inputs(row, 0) = static_cast<float>(random.below(100));
    inputs(row, 1) = static_cast<float>(random.uniform());
    targets.push_back(inputs(row, 0) >= 90.0F ? 1.0F : -1.0F);
  }
  const std::size_t levels[] = {2, 4};
  const quantize::Thresholds found = tree_thresholds(inputs, targets, levels, 0);
  EXPECT_EQ(quantize::code_of(89.0F, found.of(0)), 0);
  EXPECT_EQ(quantize::code_of(90.0F, found.of(0)), 1);
  EXPECT_EQ(found.count(1), 3U);
  const auto second = found.of(1);
  EXPECT_TRUE(std::ranges::is_sorted(second));
  const auto again = tree_thresholds(inputs, targets, levels, 0);
  EXPECT_EQ(again.values, found.values);
}

}  // namespace
}  // namespace terse::train
