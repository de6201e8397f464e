#include "terse/stats/paired_test.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace terse::stats {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Student's own example ("The probable error of a mean", Biometrika 6, 1908): additional hours of
// sleep of ten patients by two drugs; t = 4.0621, p = 0.00283.
TEST(PairedTest, PairedTestOfStudentsSleepData) {
  const std::vector<double> first = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
  const std::vector<double> second = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
  EXPECT_NEAR(paired_t_test(first, second), 0.002833, 1e-6);
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
