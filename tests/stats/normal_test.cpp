#include "terse/stats/normal.h"

#include <gtest/gtest.h>

namespace terse::stats {
namespace {

// Abramowitz and Stegun, table 26.1 and 26.5.
TEST(Normal, TabulatedValues) {
  EXPECT_EQ(normal_share(0.0), 0.5);
  EXPECT_NEAR(normal_share(1.0), 0.841344746068543, 1e-14);
  EXPECT_NEAR(normal_share(-3.0), 0.001349898031630, 1e-14);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-13);
  EXPECT_NEAR(normal_quantile(0.001), -3.090232306167813, 1e-12);
}

TEST(Normal, QuantilesAreTheReverse) {
  for (double z = -6.0; z < 6.0; z += 0.25) {
    EXPECT_NEAR(normal_quantile(normal_share(z)), z, 1e-6);
  }
}

}  // namespace
}  // namespace terse::stats
