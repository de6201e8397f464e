#include "terse/stats/further_splits.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "terse/base/random.h"

namespace terse::stats {
namespace {

using Values = std::vector<double>;

// A comparison with a reference of 1 whose excess has this mean and spread.
Comparison with_excess(std::size_t splits, double mean, double spread,
                       const Resampling& resampling = {}) {
  Comparison comparison;
  comparison.pairs = splits;
  comparison.resampling = resampling;
  comparison.excess.count = splits;
  comparison.excess.mean = mean;
  comparison.excess.spread = spread;
  return comparison;
}

// t(0.95, n - 1) + t(0.8, n - 1) over sqrt(n), by tables: 0.823 for 11 splits, 0.778 for 12;
// 0.4993 for 27 and 0.4894 for 28.
TEST(FurtherSplits, AreThoseOfThePowerOfATTest) {
  const FurtherSplits some = further_splits(with_excess(5, -0.8, 1));
  EXPECT_EQ(some.kind, Further::about);
  EXPECT_EQ(some.splits, 12U - 5U);
  EXPECT_EQ(further_splits(with_excess(10, 0.5, 1)).splits, 27U - 10U);
}

TEST(FurtherSplits, AtLeastOneIsAsked) {
  const FurtherSplits one = further_splits(with_excess(8, -9, 1));
  EXPECT_EQ(one.kind, Further::about);
  EXPECT_EQ(one.splits, 1U);
}

TEST(FurtherSplits, AreBounded) {
  const FurtherSplits many = further_splits(with_excess(10, 1e-6, 1));
  EXPECT_EQ(many.kind, Further::more_than);
  EXPECT_EQ(many.splits, splits_max - 10);
  EXPECT_EQ(further_splits(with_excess(10, 0, 1)).kind, Further::more_than);
  EXPECT_EQ(further_splits(with_excess(2000, 0.01, 1)).splits, 0U);
}

// What overlapping splits share stays unsure however many there are: 2.487 * sqrt(1/9) = 0.829.
TEST(FurtherSplits, OverlappingSplitsMayNeverTell) {
  const Resampling ninths{1.0 / 9};
  EXPECT_EQ(further_splits(with_excess(10, 0.82, 1, ninths)).kind, Further::more_rows);
  EXPECT_EQ(further_splits(with_excess(10, 0.90, 1, ninths)).kind, Further::about);
}

// Folds of one table: what single rows add to the spread does not shrink with their number. All of
// it for four folds is 2.487 / 2 = 1.243 at least; half of it 0.879.
TEST(FurtherSplits, MoreFoldsOfTheSameRowsTellLessThanMoreSplits) {
  const Resampling rows_alone{.share_of_rows = 1};
  EXPECT_EQ(further_splits(with_excess(4, 1.23, 1, rows_alone)).kind, Further::more_rows);
  const FurtherSplits some = further_splits(with_excess(4, 1.5, 1, rows_alone));
  EXPECT_EQ(some.kind, Further::about);
  const Resampling half{.share_of_rows = 0.5};
  EXPECT_EQ(further_splits(with_excess(4, 0.87, 1, half)).kind, Further::more_rows);
  const std::size_t with_half = further_splits(with_excess(4, 1.0, 1, half)).splits;
  EXPECT_GT(with_half, further_splits(with_excess(4, 1.0, 1)).splits);
  EXPECT_LT(with_half, splits_max);
}

TEST(FurtherSplits, AreNotInventedWhereTheSpreadIsUnknown) {
  EXPECT_EQ(further_splits(with_excess(1, 0.1, 0)).kind, Further::not_estimable);
  EXPECT_EQ(further_splits(with_excess(2, 0.1, 1)).kind, Further::not_estimable);
  Comparison failed = with_excess(9, 0.1, 1);
  failed.failed = 1;
  EXPECT_EQ(further_splits(failed).kind, Further::not_estimable);
  Comparison told = with_excess(9, 0.1, 1);
  told.verdict = Verdict::inferior;
  EXPECT_EQ(further_splits(told).kind, Further::not_needed);
}

// Where difference and spread are the true ones, that number of splits tells four times of five.
TEST(FurtherSplits, TellWithThePowerPromised) {
  constexpr double mean = -0.6;
  const std::size_t splits = 4 + further_splits(with_excess(4, mean, 1)).splits;
  base::Random random(2);
  constexpr int rounds = 2000;
  int told = 0;
  for (int round = 0; round < rounds; ++round) {
    Values first, second;
    for (std::size_t i = 0; i < splits; ++i) {
      second.push_back(100);
      first.push_back(100 + mean + random.normal());
    }
    told += compare({first, second}, {}).verdict == Verdict::better ? 1 : 0;
  }
  EXPECT_GE(double(told) / rounds, 0.75);
  EXPECT_LE(double(told) / rounds, 0.85);
}

// The same of folds of 400 rows: deviation 1 between rows, 0.1 between trainings, so that half of
// the variance of four folds is the rows'.
TEST(FurtherSplits, OfFoldsTellWithThePowerPromised) {
  constexpr double mean = -0.15;
  constexpr double rows = 400;
  constexpr double training = 0.01;
  const double spread = std::sqrt(4 / rows + training);
  const Comparison four = with_excess(4, mean, spread, {.share_of_rows = 0.5});
  const std::size_t folds = 4 + further_splits(four).splits;
  const double own_spread = std::sqrt(static_cast<double>(folds) / rows + training);
  base::Random random(3);
  constexpr int rounds = 2000;
  int told = 0;
  for (int round = 0; round < rounds; ++round) {
    Values first, second;
    for (std::size_t i = 0; i < folds; ++i) {
      second.push_back(100);
      first.push_back(100 + mean + own_spread * random.normal());
    }
    told += compare({first, second}, {}).verdict == Verdict::better ? 1 : 0;
  }
  EXPECT_GE(double(told) / rounds, 0.75);
  EXPECT_LE(double(told) / rounds, 0.85);
}

}  // namespace
}  // namespace terse::stats
