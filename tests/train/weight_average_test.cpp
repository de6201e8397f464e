#include "terse/train/weight_average.h"

#include <gtest/gtest.h>

namespace terse::train {
namespace {

inference::Parameters example(float by) {
  inference::Parameters parameters;
  parameters.thresholds.add_feature(std::vector<float>{1.0F + by, -by});
  parameters.values = {{by, 2.0F}};
  parameters.layers.push_back({base::Matrix(2, 2), {by, 3.0F * by}});
  for (float& weight : parameters.layers[0].weights.values()) weight = 5.0F - by;
  return parameters;
}

TEST(WeightAverage, IsTheMeanOfEveryNumber) {
  WeightAverage average;
  for (const float by : {1.0F, 2.0F, 6.0F}) average.add(example(by));
  EXPECT_EQ(average.count(), 3U);
  const inference::Parameters mean = average.mean();
  const inference::Parameters expected = example(3.0F);
  EXPECT_EQ(mean.thresholds.values, expected.thresholds.values);
  EXPECT_EQ(mean.thresholds.offsets, expected.thresholds.offsets);
  EXPECT_EQ(mean.values, expected.values);
  EXPECT_EQ(mean.layers[0].bias, expected.layers[0].bias);
  EXPECT_TRUE(
      std::ranges::equal(mean.layers[0].weights.values(), expected.layers[0].weights.values()));
}

TEST(WeightAverage, TakesAShareOfTheEpochsRoundedUp) {
  EXPECT_EQ(first_averaged(0.0, 50), 51U);
  EXPECT_EQ(first_averaged(0.25, 50), 38U);  // 13 of them
  EXPECT_EQ(first_averaged(0.001, 50), 50U);
  EXPECT_EQ(first_averaged(1.0, 50), 1U);
  EXPECT_EQ(first_averaged(0.5, 1), 1U);
}

}  // namespace
}  // namespace terse::train
