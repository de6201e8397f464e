#include "terse/stats/paired_test.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace terse::stats {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(PairedDifference, ByHand) {
  // Differences 1, 2, 3, 4, 5: mean 3, variance 2.5, standard error sqrt(2.5 / 5).
  const std::vector<double> first = {11, 22, 33, 44, 55};
  const std::vector<double> second = {10, 20, 30, 40, 50};
  const PairedDifference difference = paired_difference(first, second);
  EXPECT_EQ(difference.pairs, 5U);
  EXPECT_DOUBLE_EQ(difference.mean, 3);
  EXPECT_DOUBLE_EQ(difference.standard_error, std::sqrt(0.5));
  const PairedDifference reverse = paired_difference(second, first);
  EXPECT_DOUBLE_EQ(reverse.mean, -3);
  EXPECT_DOUBLE_EQ(reverse.standard_error, difference.standard_error);
}

// Two pairs with differences a and b: the standard error is |a - b| / 2, however large the values.
TEST(PairedDifference, IsExactWhereTheValuesAreLarge) {
  const double large = 0x1p40;
  const PairedDifference difference =
      paired_difference(std::vector<double>{large + 1, large + 4}, std::vector<double>(2, large));
  EXPECT_DOUBLE_EQ(difference.mean, 2.5);
  EXPECT_DOUBLE_EQ(difference.standard_error, 1.5);
}

TEST(PairedDifference, AtItsEdges) {
  const PairedDifference one = paired_difference(std::vector<double>{3}, std::vector<double>{1});
  EXPECT_EQ(one.pairs, 1U);
  EXPECT_EQ(one.mean, 2);
  EXPECT_EQ(one.standard_error, 0);
  EXPECT_TRUE(std::isnan(paired_difference({}, {}).mean));
  const PairedDifference gap =
      paired_difference(std::vector<double>{1, nan, 3}, std::vector<double>{1, 2, 4});
  EXPECT_TRUE(std::isnan(gap.mean));
  EXPECT_TRUE(std::isnan(gap.standard_error));
}

// Student's own example ("The probable error of a mean", Biometrika 6, 1908): additional hours of
// sleep of ten patients by two drugs; t = 4.0621, p = 0.00283.
TEST(PairedTest, PairedTestOfStudentsSleepData) {
  const std::vector<double> first = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
  const std::vector<double> second = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
  EXPECT_NEAR(paired_t_test(first, second), 0.002833, 1e-6);
  const PairedDifference difference = paired_difference(first, second);
  EXPECT_NEAR(difference.mean / difference.standard_error, -4.0621, 5e-5);
  EXPECT_DOUBLE_EQ(paired_t_test(first, second), paired_t_test(second, first));
}

TEST(PairedTest, PairedTestAtItsEdges) {
  EXPECT_EQ(paired_t_test(std::vector<double>{1, 2}, std::vector<double>{1, 2}), 1);
  EXPECT_EQ(paired_t_test(std::vector<double>{2, 3}, std::vector<double>{1, 2}), 0);
  EXPECT_EQ(paired_t_test(std::vector<double>{1}, std::vector<double>{2}), 1);
  EXPECT_EQ(paired_t_test(std::vector<double>{1, nan}, std::vector<double>{2, 5}), 1);
}

TEST(PairedTest, RatioUsesCompletePairsOnly) {
  EXPECT_DOUBLE_EQ(paired_ratio(std::vector<double>{2, nan, 4}, std::vector<double>{1, 9, 2}), 2);
  EXPECT_TRUE(std::isnan(paired_ratio(std::vector<double>{nan}, std::vector<double>{1})));
}

}  // namespace
}  // namespace terse::stats
