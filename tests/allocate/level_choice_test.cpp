#include "terse/allocate/level_choice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "terse/base/random.h"

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

// Single steps: feature 2 to 3 levels (0.241 a bit), feature 0 to 1 (0.252), feature 2 to 2 (0.8 /
// log2 of 1.5 = 1.368), feature 2 to 1.
TEST_F(CheapestLevels, GreedilyByWhatTheNextStepCosts) {
  EXPECT_EQ(greedy_levels(levels_, rungs_, 0.1, 0.0), (Levels{3, 1, 3}));
  EXPECT_EQ(greedy_levels(levels_, rungs_, 0.5, 0.0), (Levels{1, 1, 3}));
  EXPECT_EQ(greedy_levels(levels_, rungs_, 2.1, 0.0), (Levels{1, 1, 2}));
  EXPECT_EQ(greedy_levels(levels_, rungs_, 3.0, 0.0), (Levels{1, 1, 1}));
}

TEST_F(CheapestLevels, ExactlyByTheirSum) {
  const double bits = information_bits(levels_);
  EXPECT_EQ(exact_levels(levels_, rungs_, bits, 0.0), levels_);
  // A tenth of a bit less: 0.1 for feature 2 is the least that helps.
  EXPECT_EQ(exact_levels(levels_, rungs_, bits - 0.1, 0.0), (Levels{3, 1, 3}));
  // 0.5 bits: feature 0 to 2 levels alone (0.3) undercuts both to fewer.
  EXPECT_EQ(exact_levels(levels_, rungs_, bits - 0.5, 0.0), (Levels{2, 1, 4}));
  EXPECT_EQ(exact_levels(levels_, rungs_, 0.0, 0.0), (Levels{1, 1, 1}));
}

double cost_of(const Levels& now, const Levels& levels,
               const std::vector<std::vector<Rung>>& rungs) {
  double sum = 0.0;
  for (std::size_t f = 0; f < now.size(); ++f) {
    const auto rung = std::ranges::find(rungs[f], levels[f], &Rung::levels);
    if (rung != rungs[f].end()) sum += rung->loss_rise;
  }
  return sum;
}

// Against all ways, and against the other two.
TEST(ExactLevels, NoneWithinTheBudgetCostLess) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    base::Random random(seed);
    const Levels levels = {8, 4, 2, 4};
    std::vector<std::vector<Rung>> rungs;
    for (const std::size_t most : levels) {
      rungs.emplace_back();
      for (std::size_t count = most / 2; count > 0; count /= 2) {
        const double before = rungs.back().empty() ? 0.0 : rungs.back().back().loss_rise;
        rungs.back().push_back({.levels = count, .loss_rise = before + random.uniform()});
      }
    }
    const double bits = 1.0 + static_cast<double>(random.below(6));
    double least = 1e30;
    for (std::size_t a = 8; a > 0; a /= 2) {
      for (std::size_t b = 4; b > 0; b /= 2) {
        for (std::size_t c = 2; c > 0; c /= 2) {
          for (std::size_t d = 4; d > 0; d /= 2) {
            if (information_bits(Levels{a, b, c, d}) > bits) continue;
            least = std::min(least, cost_of(levels, {a, b, c, d}, rungs));
          }
        }
      }
    }
    const Levels exact = exact_levels(levels, rungs, bits, 0.0);
    EXPECT_LE(information_bits(exact), bits);
    EXPECT_DOUBLE_EQ(cost_of(levels, exact, rungs), least);
    const double to_save = information_bits(levels) - bits;
    EXPECT_GE(cost_of(levels, greedy_levels(levels, rungs, to_save, 0.0), rungs), least - 1e-12);
  }
}

}  // namespace
}  // namespace terse::allocate
