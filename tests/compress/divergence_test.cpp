#include "terse/compress/divergence.h"

#include <gtest/gtest.h>

#include <cmath>

#include "terse/base/random.h"

namespace terse::compress {
namespace {

TEST(Divergence, FallsWithTheWidth) {
  base::Random random(1);
  base::Matrix weights(100, 200);
  for (float& weight : weights.values()) weight = static_cast<float>(random.normal());
  double before = 1e30;
  for (const unsigned bits : {2U, 4U, 6U}) {
    const double own = rounding_divergence(weights, false, bits);
    EXPECT_LT(own, before);
    before = own;
  }
  EXPECT_LT(rounding_divergence(weights, false, 8), 0.005);
}

// Weights that are uniform over -1..1 with two bits: cells of even mass, spread evenly: no
// information is lost but the sampling's.
TEST(Divergence, IsNearZeroForUniformWeights) {
  base::Random random(2);
  base::Matrix weights(1, 100'000);
  for (float& weight : weights.values()) weight = static_cast<float>(2.0 * random.uniform() - 1.0);
  for (const unsigned bits : {2U, 4U, 6U, 8U}) {
    EXPECT_LT(rounding_divergence(weights, false, bits), 0.002) << bits;
  }
}

TEST(Divergence, OfEqualWeightsIsZero) {
  base::Matrix weights(3, 3);
  for (float& weight : weights.values()) weight = 2.0F;
  EXPECT_EQ(rounding_divergence(weights, true, 2), 0.0);
}

TEST(StandardDeviation, IsThatOfThePopulation) {
  base::Matrix weights(2, 2);
  weights.values()[0] = 1.0F;
  weights.values()[1] = 3.0F;
  weights.values()[2] = 5.0F;
  weights.values()[3] = 7.0F;
  EXPECT_NEAR(standard_deviation(weights), std::sqrt(5.0), 1e-12);
}

}  // namespace
}  // namespace terse::compress
