#include "terse/allocate/shrink.h"

#include <gtest/gtest.h>

#include <cmath>

#include "allocate/example_table.h"

namespace terse::allocate {
namespace {

TEST(InformationBits, AreTheSumOfLogarithms) {
  EXPECT_DOUBLE_EQ(information_bits(std::vector<std::size_t>{1, 2, 8, 3}), 4.0 + std::log2(3.0));
  EXPECT_EQ(information_bits({}), 0.0);
}

class CheapestMerges : public testing::Test {
 protected:
  // Features of 3, 1 and 4 levels.
  const LevelTable table_ = level_table(example_parameters());
  std::vector<std::vector<Merge>> merges_ = {
      {{.levels = 2, .groups = {0, 0, 1}, .loss_rise = 0.3, .shift = 0.3},
       {.levels = 1, .groups = {0, 0, 0}, .loss_rise = 0.4, .shift = 0.4}},
      {},
      {{.levels = 3, .groups = {0, 1, 1, 2}, .loss_rise = 0.1, .shift = 0.1},
       {.levels = 2, .groups = {0, 0, 1, 1}, .loss_rise = 0.9, .shift = 0.9},
       {.levels = 1, .groups = {0, 0, 0, 0}, .loss_rise = 5.0, .shift = 5.0}}};
};

// Feature 0 entirely: 0.4 / log2(3) = 0.252 a bit; feature 2 by one level: 0.1 / log2(4/3) = 0.241.
TEST_F(CheapestMerges, TakeTheLeastCostPerBitFirst) {
  const auto groups = cheapest_merges(table_, merges_, 0.1, 0.0);
  EXPECT_EQ(groups[0], (LevelGroups{0, 1, 2}));
  EXPECT_EQ(groups[2], (LevelGroups{0, 1, 1, 2}));
}

TEST_F(CheapestMerges, GoOnUntilEnoughIsSaved) {
  const auto groups = cheapest_merges(table_, merges_, 1.0, 0.0);
  // Looking ahead pays: all of feature 0 is cheaper per bit than its first level.
  EXPECT_EQ(groups[0], (LevelGroups{0, 0, 0}));
  EXPECT_EQ(groups[2], (LevelGroups{0, 1, 1, 2}));
}

TEST_F(CheapestMerges, CountTheShiftWhereTheLossHappensToFall) {
  merges_[0][1].loss_rise = -0.5;
  EXPECT_EQ(cheapest_merges(table_, merges_, 0.1, 0.0)[0], (LevelGroups{0, 0, 0}));
  // Full shift: 0.4 / log2(3) again, dearer than feature 2.
  EXPECT_EQ(cheapest_merges(table_, merges_, 0.1, 1.0)[0], (LevelGroups{0, 1, 2}));
}

}  // namespace
}  // namespace terse::allocate
