#include "terse/stats/rank_check.h"

#include <gtest/gtest.h>

#include <vector>

namespace terse::stats {
namespace {

using Values = std::vector<double>;

RankCheck check_of(const Values& differences, const Margin& margin, Verdict expected) {
  Values candidate;
  for (const double difference : differences) candidate.push_back(100 + difference);
  const Values reference(differences.size(), 100);
  const Comparison comparison = compare({candidate, reference}, margin);
  EXPECT_EQ(comparison.verdict, expected);
  return rank_check(comparison);
}

TEST(RankCheck, AgreesWithPlainFindings) {
  EXPECT_EQ(check_of({-1, -2, -1.5, -3, -2.5, -1.2}, {}, Verdict::better), RankCheck::agrees);
  EXPECT_EQ(check_of({1, 2, 1.5, 3, 2.5, 1.2}, {}, Verdict::inferior), RankCheck::agrees);
  EXPECT_EQ(check_of({1, -1.1, 0.5, -0.6, 0.2, -0.3}, {0, 2}, Verdict::non_inferior),
            RankCheck::agrees);
  EXPECT_EQ(check_of({1, -2, 0.5, -0.3, 2}, {}, Verdict::unknown), RankCheck::agrees);
}

// Nine splits of ten are better; one is far worse, and the mean cannot tell.
TEST(RankCheck, OneSplitHinders) {
  EXPECT_EQ(check_of({-1, -2, -1.5, -3, -2.5, -1.2, -1.8, -2.2, -2.1, 40}, {}, Verdict::unknown),
            RankCheck::few_splits_hinder);
}

// Half of the splits gain much, the other half lose a little: the mean is shown to be lower, that
// splits by and large are better is not.
TEST(RankCheck, AFewSplitsDecide) {
  EXPECT_EQ(check_of({0.31, 0.3, 0.25, -8, -9, -8.5, -7.5, 0.2, -8.2, 0.1}, {}, Verdict::better),
            RankCheck::few_splits_decide);
}

TEST(RankCheck, FourSplitsAreTooFew) {
  EXPECT_EQ(check_of({-1, -2, -1.5, -3}, {}, Verdict::better), RankCheck::too_few);
  EXPECT_EQ(check_of({0, 0, 0, 0, 0}, {}, Verdict::non_inferior), RankCheck::too_few);
}

}  // namespace
}  // namespace terse::stats
