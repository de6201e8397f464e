#include "terse/allocate/grow.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "terse/allocate/shrink.h"
#include "terse/base/random.h"

namespace terse::allocate {
namespace {

class GrowTest : public testing::Test {
 protected:
  GrowTest() : inputs_(3000, 4) {
    base::Random random(11);
    for (float& value : inputs_.values()) value = static_cast<float>(random.uniform());
  }

  // What the target is of a row's readings.
  template <typename Rule>
  std::vector<float> targets(const Rule& rule) const {
    std::vector<float> result;
    for (std::size_t r = 0; r < inputs_.rows(); ++r) result.push_back(rule(inputs_.row(r)));
    return result;
  }

  base::Matrix inputs_;
};

TEST_F(GrowTest, BitsGoWhereTheTargetVaries) {
  // Five steps of feature 1, a tenth of a step of feature 3, nothing of the others.
  const auto levels = grown_levels(
      inputs_, targets([](auto x) { return std::floor(x[1] * 5) + (x[3] > 0.5F ? 0.1F : 0.0F); }),
      {.bits = 3.0});
  EXPECT_GE(levels[1], 5U);
  EXPECT_EQ(levels[0], 1U);
  EXPECT_EQ(levels[2], 1U);
  EXPECT_GE(information_bits(levels), 3.0);
  EXPECT_LT(information_bits(levels), 4.0);
}

TEST_F(GrowTest, SteepFeaturesGetMoreLevels) {
  const auto levels =
      grown_levels(inputs_, targets([](auto x) { return 4 * x[0] + x[2]; }), {.bits = 5.0});
  EXPECT_GT(levels[0], levels[2]);
  EXPECT_GE(levels[2], 2U);
}

TEST_F(GrowTest, EndsWhereNothingGains) {
  const auto levels = grown_levels(inputs_, targets([](auto) { return 1.0F; }), {.bits = 20.0});
  EXPECT_LT(information_bits(levels), 20.0);
}

TEST_F(GrowTest, SameSeedSameLevels) {
  const auto rule = targets([](auto x) { return x[0] * x[1]; });
  EXPECT_EQ(grown_levels(inputs_, rule, {.bits = 8.0}), grown_levels(inputs_, rule, {.bits = 8.0}));
}

}  // namespace
}  // namespace terse::allocate
