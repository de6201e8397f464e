#include "terse/stats/interval.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace terse::stats {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Printed tables of Student's t, for instance NIST/SEMATECH e-Handbook, section 1.3.6.7.2.
TEST(Interval, QuantilesAreThoseOfPrintedTables) {
  EXPECT_NEAR(t_quantile(0.975, 1), 12.706, 5e-4);
  EXPECT_NEAR(t_quantile(0.975, 2), 4.303, 5e-4);
  EXPECT_NEAR(t_quantile(0.975, 9), 2.262, 5e-4);
  EXPECT_NEAR(t_quantile(0.95, 9), 1.833, 5e-4);
  EXPECT_NEAR(t_quantile(0.975, 100), 1.984, 5e-4);
}

// The two-sided 5 and 1 percent points of the same tables; all of it lies beyond 0.
TEST(Interval, TwoSidedProbabilitiesAreThoseOfPrintedTables) {
  EXPECT_NEAR(t_two_sided(12.706, 1), 0.05, 1e-5);
  EXPECT_NEAR(t_two_sided(-2.262, 9), 0.05, 2e-5);
  EXPECT_NEAR(t_two_sided(3.250, 9), 0.01, 1e-5);
  EXPECT_DOUBLE_EQ(t_two_sided(0, 4), 1);
}

// 1..5: mean 3, variance 2.5, standard error sqrt(0.5), t(0.975, 4) = 2.776445.
TEST(Interval, IntervalByHand) {
  const Interval interval = t_interval(std::vector<double>{1, 2, 3, 4, 5});
  EXPECT_DOUBLE_EQ(interval.mean, 3);
  EXPECT_NEAR(interval.half_width, 2.776445 * std::sqrt(0.5), 1e-6);
}

TEST(Interval, FailedTrainingsAreLeftOutOfTheInterval) {
  const Interval all = t_interval(std::vector<double>{1, 2, 4});
  const Interval gap = t_interval(std::vector<double>{1, nan, 2, 4});
  EXPECT_DOUBLE_EQ(gap.mean, all.mean);
  EXPECT_DOUBLE_EQ(gap.half_width, all.half_width);
}

TEST(Interval, IntervalOfOneOrNoneIsUnknown) {
  EXPECT_DOUBLE_EQ(t_interval(std::vector<double>{2}).mean, 2);
  EXPECT_TRUE(std::isnan(t_interval(std::vector<double>{2}).half_width));
  EXPECT_TRUE(std::isnan(t_interval(std::vector<double>{}).mean));
}

}  // namespace
}  // namespace terse::stats
