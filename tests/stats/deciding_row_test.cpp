#include "terse/stats/deciding_row.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "terse/base/random.h"

namespace terse::stats {
namespace {

using Values = std::vector<double>;
using Rows = std::vector<std::uint32_t>;

// Ten random splits of `rows` rows; the candidate loses a tenth less than the reference.
struct Study {
  std::vector<Rows> rows;
  std::vector<Values> candidate, reference;

  std::vector<SplitLosses> splits() const {
    std::vector<SplitLosses> result;
    for (std::size_t s = 0; s < rows.size(); ++s) {
      result.push_back({rows[s], candidate[s], reference[s]});
    }
    return result;
  }
};

Study study(std::uint32_t rows, double loss_of_row_7) {
  base::Random random(1);
  Study result;
  for (int split = 0; split < 10; ++split) {
    Rows tested;
    Values candidate, reference;
    for (std::uint32_t row = 0; row < rows; ++row) {
      if (row != 7 && random.uniform() > 0.2) continue;
      if (row == 7 && split % 3 != 0) continue;
      const double loss = std::pow(random.normal(), 2);
      tested.push_back(row);
      reference.push_back(loss);
      candidate.push_back(row == 7 ? loss_of_row_7 : 0.9 * loss);
    }
    result.rows.push_back(tested);
    result.candidate.push_back(candidate);
    result.reference.push_back(reference);
  }
  return result;
}

Verdict verdict_without(const Study& all, std::uint32_t row) {
  Values candidate, reference;
  for (std::size_t s = 0; s < all.rows.size(); ++s) {
    double sums[2] = {0, 0};
    double count = 0;
    for (std::size_t i = 0; i < all.rows[s].size(); ++i) {
      if (all.rows[s][i] == row) continue;
      sums[0] += all.candidate[s][i];
      sums[1] += all.reference[s][i];
      count += 1;
    }
    candidate.push_back(sums[0] / count);
    reference.push_back(sums[1] / count);
  }
  return compare({candidate, reference}, {}).verdict;
}

TEST(DecidingRow, IsFoundByLeavingOutEach) {
  constexpr std::uint32_t none = 1'000'000;
  for (const double loss : {1e3, 1e30}) {
    const Study all = study(500, loss);
    const auto found = deciding_row(all.splits(), {});
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->row, 7U);
    EXPECT_EQ(found->with, verdict_without(all, none));
    EXPECT_EQ(found->without, verdict_without(all, 7));
    EXPECT_NE(found->with, found->without);
    EXPECT_EQ(found->without, Verdict::better);
    EXPECT_LT(found->excess_without, 0);
    EXPECT_GT(found->excess_with, 0);
  }
}

TEST(DecidingRow, IsNothingWhereNoSingleRowDecides) {
  EXPECT_FALSE(deciding_row(study(500, 1).splits(), {}).has_value());
  EXPECT_FALSE(deciding_row({}, {}).has_value());
}

TEST(DecidingRow, WithALossThatIsNotFinite) {
  for (const double loss :
       {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    const auto found = deciding_row(study(500, loss).splits(), {});
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->row, 7U);
    EXPECT_EQ(found->without, Verdict::better);
    EXPECT_TRUE(std::isfinite(found->excess_with) && std::isfinite(found->excess_without));
  }
}

// A split that tests that row alone drops out with it.
TEST(DecidingRow, OfSplitsOfOneRow) {
  const Rows rows[] = {{0}, {1}, {2}, {3}};
  const Values candidate[] = {{1}, {1.1}, {0.9}, {50}};
  const Values reference[] = {{2}, {2}, {2.1}, {2}};
  std::vector<SplitLosses> splits;
  for (int s = 0; s < 4; ++s) splits.push_back({rows[s], candidate[s], reference[s]});
  const auto found = deciding_row(splits, {});
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->row, 3U);
  EXPECT_EQ(found->without, Verdict::better);
}

TEST(DecidingRowOfSums, ByHand) {
  const Rows rows = {10, 11, 12, 13};
  const Values reference = {1, 1, 1, 1};
  const Values candidate = {0.9, 0.9, 1.5, 0.9};
  const auto found = deciding_row_of_sums({rows, candidate, reference}, {});
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->row, 12U);
  EXPECT_FALSE(found->within_with);
  EXPECT_TRUE(found->within_without);
  EXPECT_NEAR(found->excess_with, 0.2, 1e-12);
  EXPECT_NEAR(found->excess_without, -0.3, 1e-12);
  // With a margin the candidate wins, and no row decides.
  EXPECT_FALSE(deciding_row_of_sums({rows, candidate, reference}, {0.5, 0}).has_value());
  // The other way round: the reference's bad row makes the candidate win.
  const auto reverse = deciding_row_of_sums({rows, reference, candidate}, {});
  ASSERT_TRUE(reverse.has_value());
  EXPECT_EQ(reverse->row, 12U);
  EXPECT_TRUE(reverse->within_with);
}

// A loss so large that the others are lost beside it comes off without them.
TEST(DecidingRowOfSums, TakesNoDigitsOfTheOthersWithIt) {
  const Rows rows = {0, 1, 2};
  const auto found = deciding_row_of_sums({rows, Values{1, 1e38, 1}, Values{1.5, 1, 1.25}}, {});
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->row, 1U);
  EXPECT_EQ(found->excess_without, -0.75);
}

TEST(DecidingRowOfSums, AtItsEdges) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Rows rows = {0, 1, 2};
  const Values ones = {1, 1, 1};
  EXPECT_FALSE(deciding_row_of_sums({{}, {}, {}}, {}).has_value());
  EXPECT_FALSE(deciding_row_of_sums({Rows{0}, Values{1}, Values{2}}, {}).has_value());
  const auto failed = deciding_row_of_sums({rows, Values{0.5, nan, 0.5}, ones}, {});
  ASSERT_TRUE(failed.has_value());
  EXPECT_EQ(failed->row, 1U);
  // Two failures: neither decides alone.
  EXPECT_FALSE(deciding_row_of_sums({rows, Values{infinity, nan, 0.5}, ones}, {}).has_value());
  // Without a reference there is nothing to compare with.
  EXPECT_FALSE(
      deciding_row_of_sums({rows, Values{0.5, 9, 0.5}, Values{1, nan, 1}}, {}).has_value());
}

}  // namespace
}  // namespace terse::stats
