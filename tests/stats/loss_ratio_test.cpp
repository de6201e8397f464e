#include "terse/stats/loss_ratio.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "stats/scipy_table.h"
#include "terse/base/random.h"

namespace terse::stats {
namespace {

using Values = std::vector<double>;

TEST(LossRatio, MedianAndIntervalAreThoseOfScipy) {
  for (const ScipyLine& line : scipy_lines("median")) {
    const Values candidate = line.numbers(2);
    const Values reference = line.numbers(3);
    const MedianRatio ratio = median_ratio({candidate, reference});
    EXPECT_NEAR(ratio.median.value(), line.number(0), 1e-12);
    const Values ends = line.numbers(1);
    ASSERT_EQ(ratio.lower.has_value(), !ends.empty());
    if (ends.empty()) continue;
    EXPECT_NEAR(ratio.lower.value(), ends[0], 1e-12);
    EXPECT_NEAR(ratio.upper.value(), ends[1], 1e-12);
  }
}

TEST(LossRatio, MedianAtItsEdges) {
  EXPECT_FALSE(median_ratio({{}, {}}).median.has_value());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const MedianRatio gap = median_ratio({Values{1, nan, 3}, Values{2, 2, nan}});
  EXPECT_EQ(gap.pairs, 1U);
  EXPECT_EQ(gap.median, 0.5);
  // 0 / 0 is 1; 1 / 0 lies above everything.
  EXPECT_EQ(median_ratio({Values{0, 0, 0}, Values{0, 0, 0}}).median, 1);
  EXPECT_EQ(median_ratio({Values{1, 2, 3}, Values{0, 1, 1}}).median, 3);
  EXPECT_FALSE(median_ratio({Values{1, 2, 3}, Values{0, 0, 1}}).median.has_value());
}

TEST(LossRatio, IntervalCoversTheMedian) {
  base::Random random(3);
  constexpr int rounds = 2000;
  int covered = 0;
  for (int round = 0; round < rounds; ++round) {
    Values candidate, reference;
    for (int i = 0; i < 10; ++i) {
      candidate.push_back(std::exp(2 * random.normal()));
      reference.push_back(std::exp(random.normal()));
    }
    const MedianRatio ratio = median_ratio({candidate, reference});
    covered += ratio.lower.value() <= 1 && ratio.upper.value() >= 1 ? 1 : 0;
  }
  EXPECT_GE(double(covered) / rounds, 0.95 - 3 * 0.0049);
}

// The margin that is just met.
TEST(LossRatio, AtMostIsTheSmallestMarginOfANonInferiorCandidate) {
  const Values reference = {1.00, 1.10, 0.90, 1.05, 0.95};
  const Values candidate = {1.03, 1.11, 0.94, 1.06, 1.00};
  const double bound = ratio_at_most({candidate, reference}).value();
  EXPECT_GT(bound, 1);
  EXPECT_EQ(compare({candidate, reference}, {bound - 1 + 1e-9, 0}).verdict, Verdict::non_inferior);
  EXPECT_EQ(compare({candidate, reference}, {bound - 1 - 1e-9, 0}).verdict, Verdict::unknown);
  EXPECT_GT(ratio_at_most({candidate, reference}, {1.0 / 9}).value(), bound);
  EXPECT_LT(ratio_at_most({reference, Values{2, 2, 2, 2, 2.1}}).value(), 0.6);
  EXPECT_NEAR(ratio_at_most({reference, reference}).value(), 1, 1e-9);
}

TEST(LossRatio, AtMostIsNothingWhereNothingIsShown) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(ratio_at_most({Values{1}, Values{1}}).has_value());
  EXPECT_FALSE(ratio_at_most({Values{1, nan, 1}, Values{1, 1, 1}}).has_value());
  EXPECT_TRUE(ratio_at_most({Values{1, 2, nan}, Values{1, 2, nan}}).has_value());
  EXPECT_FALSE(ratio_at_most({Values{1, 2, 3}, Values{0, 0, 0}}).has_value());
  // A reference not told from 0.
  EXPECT_FALSE(ratio_at_most({Values{1, 1.1, 0.9}, Values{0, 0, 3}}).has_value());
}

}  // namespace
}  // namespace terse::stats
