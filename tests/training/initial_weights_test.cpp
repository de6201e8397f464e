#include "terse/training/initial_weights.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace terse::training {
namespace {

// Uniform in +-b: mean 0, variance b^2 / 3, and of 100,000 draws some within 0.1 % of either end.
TEST(InitialWeights, AreUniformWithinOneOverTheRootOfTheInputs) {
  std::vector<float> weights(100'000);
  std::vector<float> bias(1);
  base::Random random(1);
  draw_layer(random, 25, weights, bias);
  double sum = 0.0;
  double squares = 0.0;
  for (const float weight : weights) {
    sum += double(weight);
    squares += double(weight) * double(weight);
  }
  const auto count = double(weights.size());
  EXPECT_NEAR(sum / count, 0.0, 4 * 0.2 / std::sqrt(3.0 * count));
  EXPECT_NEAR(squares / count, 0.04 / 3.0, 0.01 * 0.04 / 3.0);
  const auto [least, most] = std::ranges::minmax(weights);
  EXPECT_GE(least, -0.2F);
  EXPECT_LE(most, 0.2F);
  EXPECT_LT(least, -0.1998F);
  EXPECT_GT(most, 0.1998F);
}

TEST(InitialWeights, BiasesAreDrawnBehindTheWeights) {
  std::vector<float> weights(3);
  std::vector<float> bias(2);
  base::Random random(7, 5);
  draw_layer(random, 4, weights, bias);
  base::Random same(7, 5);
  for (const float weight : weights) EXPECT_EQ(weight, float(same.uniform() - 0.5));
  for (const float value : bias) EXPECT_EQ(value, float(same.uniform() - 0.5));
}

TEST(InitialWeights, WithoutInputsTheBoundIsOne) {
  std::vector<float> bias(1000);
  base::Random random(1);
  draw_layer(random, 0, {}, bias);
  const auto [least, most] = std::ranges::minmax(bias);
  EXPECT_GE(least, -1.0F);
  EXPECT_LE(most, 1.0F);
  EXPECT_GT(most - least, 1.9F);
}

}  // namespace
}  // namespace terse::training
