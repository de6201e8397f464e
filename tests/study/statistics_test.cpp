#include "terse/study/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace terse::study {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Printed tables of Student's t, for instance NIST/SEMATECH e-Handbook, section 1.3.6.7.2.
TEST(Statistics, QuantilesAreThoseOfPrintedTables) {
  EXPECT_NEAR(t_quantile(0.975, 1), 12.706, 5e-4);
  EXPECT_NEAR(t_quantile(0.975, 2), 4.303, 5e-4);
  EXPECT_NEAR(t_quantile(0.975, 9), 2.262, 5e-4);
  EXPECT_NEAR(t_quantile(0.95, 9), 1.833, 5e-4);
  EXPECT_NEAR(t_quantile(0.975, 100), 1.984, 5e-4);
}

// 1..5: mean 3, variance 2.5, standard error sqrt(0.5), t(0.975, 4) = 2.776445.
TEST(Statistics, IntervalByHand) {
  const Interval interval = t_interval(std::vector<double>{1, 2, 3, 4, 5});
  EXPECT_DOUBLE_EQ(interval.mean, 3);
  EXPECT_NEAR(interval.half_width, 2.776445 * std::sqrt(0.5), 1e-6);
}

TEST(Statistics, FailedTrainingsAreLeftOutOfTheInterval) {
  const Interval all = t_interval(std::vector<double>{1, 2, 4});
  const Interval gap = t_interval(std::vector<double>{1, nan, 2, 4});
  EXPECT_DOUBLE_EQ(gap.mean, all.mean);
  EXPECT_DOUBLE_EQ(gap.half_width, all.half_width);
}

TEST(Statistics, IntervalOfOneOrNoneIsUnknown) {
  EXPECT_DOUBLE_EQ(t_interval(std::vector<double>{2}).mean, 2);
  EXPECT_TRUE(std::isnan(t_interval(std::vector<double>{2}).half_width));
  EXPECT_TRUE(std::isnan(t_interval(std::vector<double>{}).mean));
}

// Student's own example ("The probable error of a mean", Biometrika 6, 1908): additional hours of
// sleep of ten patients by two drugs; t = 4.0621, p = 0.00283.
TEST(Statistics, PairedTestOfStudentsSleepData) {
  const std::vector<double> first = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
  const std::vector<double> second = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
  EXPECT_NEAR(paired_t_test(first, second), 0.002833, 1e-6);
  EXPECT_DOUBLE_EQ(paired_t_test(first, second), paired_t_test(second, first));
}

TEST(Statistics, PairedTestAtItsEdges) {
  EXPECT_EQ(paired_t_test(std::vector<double>{1, 2}, std::vector<double>{1, 2}), 1);
  EXPECT_EQ(paired_t_test(std::vector<double>{2, 3}, std::vector<double>{1, 2}), 0);
  EXPECT_EQ(paired_t_test(std::vector<double>{1}, std::vector<double>{2}), 1);
  EXPECT_EQ(paired_t_test(std::vector<double>{1, nan}, std::vector<double>{2, 5}), 1);
}

TEST(Statistics, RatioUsesCompletePairsOnly) {
  EXPECT_DOUBLE_EQ(paired_ratio(std::vector<double>{2, nan, 4}, std::vector<double>{1, 9, 2}), 2);
  EXPECT_TRUE(std::isnan(paired_ratio(std::vector<double>{nan}, std::vector<double>{1})));
}

}  // namespace
}  // namespace terse::study
