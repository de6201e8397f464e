#include "terse/base/order.h"

#include <gtest/gtest.h>

#include "terse/base/random.h"

namespace terse::base {
namespace {

using Rows = std::vector<std::uint32_t>;
using Order = std::vector<std::size_t>;

TEST(Order, AllRows) {
  EXPECT_EQ(all_rows(0), Rows{});
  EXPECT_EQ(all_rows(4), (Rows{0, 1, 2, 3}));
}

TEST(Order, ShuffledRowsAreTheseInTheOrderOfTheirStream) {
  const Rows rows = shuffled_rows(1000, 7, 3);
  Rows sorted = rows;
  std::ranges::sort(sorted);
  EXPECT_EQ(sorted, all_rows(1000));
  EXPECT_NE(rows, sorted);
  Rows expected = all_rows(1000);
  Random(7, 3).shuffle(expected);
  EXPECT_EQ(rows, expected);
  EXPECT_NE(rows, shuffled_rows(1000, 7, 4));
  EXPECT_NE(rows, shuffled_rows(1000, 8, 3));
}

TEST(Order, AscendingKeepsTheOrderOfEqualValues) {
  const std::vector<double> values = {2.5, -1.0, 2.5, 0.0, -1.0};
  EXPECT_EQ(ascending(std::span<const double>(values)), (Order{1, 4, 3, 0, 2}));
  EXPECT_EQ(ascending(std::span<const float>()), Order{});
}

}  // namespace
}  // namespace terse::base
