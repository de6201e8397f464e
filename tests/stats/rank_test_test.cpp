#include "terse/stats/rank_test.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "stats/scipy_table.h"

namespace terse::stats {
namespace {

Side side_of(const std::string& word) {
  return word == "both" ? Side::both : word == "below" ? Side::below : Side::above;
}

TEST(RankTest, IsThatOfScipy) {
  std::size_t exact = 0;
  const auto lines = scipy_lines("rank");
  for (const ScipyLine& line : lines) {
    const RankTest test = signed_rank_test(line.numbers(4), side_of(line.fields[0]));
    EXPECT_EQ(test.exact, line.fields[1] == "1");
    EXPECT_EQ(test.rank_sum, line.number(2));
    EXPECT_NEAR(test.p, line.number(3), 1e-9 * line.number(3)) << line.fields[4];
    exact += test.exact ? 1 : 0;
  }
  EXPECT_GT(exact, 20U);
  EXPECT_GT(lines.size() - exact, 20U);
}

// Darwin's maize, the example of Fisher's "The design of experiments" (1935), section 17: fifteen
// pairs of plants, differences in eighths of an inch. 2 and 13 of them are below and above 0.
TEST(RankTest, OfDarwinsMaize) {
  const std::vector<double> differences = {49, -67, 8,  16, 6,  23, 28, 41,
                                           14, 29,  56, 24, 75, 60, -48};
  const RankTest test = signed_rank_test(differences, Side::both);
  EXPECT_EQ(test.rank_sum, 96);
  EXPECT_TRUE(test.exact);
  EXPECT_NEAR(test.p, 0.0413, 5e-5);
}

TEST(RankTest, LeavesOutZerosAndWhatIsNotFinite) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const RankTest with =
      signed_rank_test(std::vector<double>{1, 0, -2, nan, 3, infinity, 4}, Side::above);
  const RankTest without = signed_rank_test(std::vector<double>{1, -2, 3, 4}, Side::above);
  EXPECT_EQ(with.used, 4U);
  EXPECT_EQ(with.rank_sum, without.rank_sum);
  EXPECT_EQ(with.p, without.p);
}

TEST(RankTest, AtItsEdges) {
  EXPECT_EQ(signed_rank_test({}, Side::below).p, 1);
  EXPECT_EQ(signed_rank_test(std::vector<double>{0, 0}, Side::both).p, 1);
  EXPECT_EQ(signed_rank_test(std::vector<double>{-3}, Side::below).p, 0.5);
  EXPECT_EQ(signed_rank_test(std::vector<double>{-3}, Side::above).p, 1);
  EXPECT_EQ(signed_rank_test(std::vector<double>{-1, -2, -3, -4, -5}, Side::below).p, 1.0 / 32);
}

// However far away the largest difference is, only its rank counts.
TEST(RankTest, OneHugeDifferenceCountsAsTheLargest) {
  const std::vector<double> near = {-1, -2, -3, -4, -5, -6, -7, 8};
  const std::vector<double> far = {-1, -2, -3, -4, -5, -6, -7, 1e300};
  EXPECT_EQ(signed_rank_test(near, Side::below).p, signed_rank_test(far, Side::below).p);
}

}  // namespace
}  // namespace terse::stats
