#include "terse/data/copies.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "terse/base/random.h"

namespace terse::data {
namespace {

using Rows = std::vector<std::uint32_t>;

Table table_of(const std::vector<std::vector<float>>& rows, std::vector<float> target) {
  Table table;
  table.features = base::Matrix(rows.size(), rows.front().size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    std::ranges::copy(rows[row], table.features.row(row).begin());
  }
  table.target = std::move(target);
  return table;
}

TEST(Copies, AreNumberedByTheFirstOfThem) {
  const Table table =
      table_of({{1, 2}, {3, 4}, {1, 2}, {2, 1}, {1, 2}, {3, 4}}, {0, 1, 0, 0, 5, 1});
  EXPECT_EQ(first_copies(table, false), (Rows{0, 1, 0, 3, 0, 1}));
  EXPECT_EQ(first_copies(table, true), (Rows{0, 1, 0, 3, 4, 1}));
}

TEST(Copies, ZerosAndGapsAreEqual) {
  const float gap = std::numeric_limits<float>::quiet_NaN();
  const Table table = table_of({{0.0F, gap}, {-0.0F, -gap}, {gap, 0.0F}, {0.0F, 1}}, {});
  EXPECT_EQ(first_copies(table, false), (Rows{0, 0, 2, 3}));
  // Without a target nothing but features tells rows.
  EXPECT_EQ(first_copies(table, true), (Rows{0, 0, 2, 3}));
}

TEST(Copies, NeighboursInTheLastDigitAreNot) {
  const Table table = table_of({{1.0F}, {std::nextafter(1.0F, 2.0F)}, {1.0F}}, {});
  EXPECT_EQ(first_copies(table, false), (Rows{0, 1, 0}));
}

TEST(Copies, AreThoseOfAMap) {
  base::Random random(1);
  std::vector<std::vector<float>> rows;
  for (int row = 0; row < 3000; ++row) {
    rows.push_back({static_cast<float>(random.below(9)), static_cast<float>(random.below(7)),
                    static_cast<float>(random.below(11))});
  }
  const Rows found = first_copies(table_of(rows, {}), false);
  std::map<std::vector<float>, std::uint32_t> first;
  for (std::uint32_t row = 0; row < rows.size(); ++row) {
    EXPECT_EQ(found[row], first.try_emplace(rows[row], row).first->second);
  }
}

}  // namespace
}  // namespace terse::data
