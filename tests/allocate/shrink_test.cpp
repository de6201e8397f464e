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

class CheapestLevels : public testing::Test {
 protected:
  const std::vector<std::size_t> levels_ = {3, 1, 4};
  std::vector<std::vector<Rung>> rungs_ = {{{.levels = 2, .loss_rise = 0.3, .shift = 0.3},
                                            {.levels = 1, .loss_rise = 0.4, .shift = 0.4}},
                                           {},
                                           {{.levels = 3, .loss_rise = 0.1, .shift = 0.1},
                                            {.levels = 2, .loss_rise = 0.9, .shift = 0.9},
                                            {.levels = 1, .loss_rise = 5.0, .shift = 5.0}}};
};

using Levels = std::vector<std::size_t>;

// Feature 0 entirely: 0.4 / log2(3) = 0.252 a bit; feature 2 by one level: 0.1 / log2(4/3) = 0.241.
TEST_F(CheapestLevels, TakeTheLeastCostPerBitFirst) {
  EXPECT_EQ(cheapest_levels(levels_, rungs_, 0.1, 0.0), (Levels{3, 1, 3}));
}

TEST_F(CheapestLevels, GoOnUntilEnoughIsSaved) {
  // Looking ahead pays: all of feature 0 is cheaper per bit than its first level.
  EXPECT_EQ(cheapest_levels(levels_, rungs_, 1.8, 0.0), (Levels{1, 1, 3}));
}

TEST_F(CheapestLevels, EndWithTheCheapestThatWillDo) {
  // After one level of feature 2 a tenth of a bit is missing: feature 0's first is enough.
  EXPECT_EQ(cheapest_levels(levels_, rungs_, std::log2(4.0 / 3.0) + 0.1, 0.0), (Levels{2, 1, 3}));
}

TEST_F(CheapestLevels, CountTheShiftWhereTheLossHappensToFall) {
  rungs_[0][1].loss_rise = -0.5;
  EXPECT_EQ(cheapest_levels(levels_, rungs_, 0.1, 0.0), (Levels{1, 1, 4}));
  // Full shift: 0.4 / log2(3) again, dearer than feature 2.
  EXPECT_EQ(cheapest_levels(levels_, rungs_, 0.1, 1.0), (Levels{3, 1, 3}));
}

TEST_F(CheapestLevels, TakeAllThatCostsNothing) {
  for (Rung& rung : rungs_[2]) rung.loss_rise = rung.shift = 0.0;
  EXPECT_EQ(cheapest_levels(levels_, rungs_, 0.1, 0.25)[2], 3U);
  EXPECT_EQ(cheapest_levels(levels_, rungs_, 2.5, 0.25), (Levels{2, 1, 1}));
}

// Two members with thresholds of their own keep the same number of levels, and special levels keep
// count of what they stand for.
TEST(Shrink, InStep) {
  std::vector<Member> members(2);
  for (std::size_t m = 0; m < 2; ++m) {
    Member& member = members[m];
    member.table = example_special_table();
    if (m == 1) {
      for (float& value : member.table.rows.values()) value *= -1.5F;
    }
    member.inputs = example_special_inputs(400);
    member.measured = example_special_inputs(200);
    for (std::size_t r = 0; r < 400; ++r) member.targets.push_back(member.inputs(r, 1) / 64.0F);
    member.measured_targets.assign(member.targets.begin(), member.targets.begin() + 200);
    member.special = {{0}, {0, 1, 2, 3}};
  }
  train::Options training;
  training.hidden = {4};
  training.epochs = 1;
  std::uint64_t round = 0;
  shrink(members, 3.2, {}, training, {.epochs = 1}, round);
  EXPECT_GE(round, 1U);
  EXPECT_LE(information_bits(members[0].table.levels()), 3.2);
  EXPECT_EQ(members[0].table.levels(), members[1].table.levels());
  for (const Member& member : members) {
    EXPECT_EQ(member.inputs.columns(), 2 + member.table.special_levels());
    EXPECT_EQ(member.measured.columns(), member.inputs.columns());
    for (std::size_t f = 0; f < 2; ++f) {
      for (const std::size_t level : member.special[f]) {
        EXPECT_LT(level, member.table.shapes[f].special);
      }
      EXPECT_EQ(member.special[f].empty(), member.table.levels(f) == 1);
    }
  }
  const std::uint64_t before = round;
  shrink(members, 3.2, {}, training, {.epochs = 1}, round);
  EXPECT_EQ(round, before);
}

}  // namespace
}  // namespace terse::allocate
