#include "terse/train/tolerance_levels.h"

#include <gtest/gtest.h>

#include <cmath>

#include "terse/base/error.h"
#include "terse/base/random.h"
#include "terse/train/metrics.h"
#include "terse/train/reading_trees.h"

namespace terse::train {
namespace {

using Named = std::vector<std::pair<std::string, std::size_t>>;

// Two sensors of one thing, 0.05 apart at most, and one of another.
data::Table twins(std::size_t rows) {
  data::Table table;
  table.source = "twins";
  table.feature_names = {"a", "b", "c"};
  table.features = base::Matrix(rows, 3);
  base::Random random(7, 1);
  for (std::size_t row = 0; row < rows; ++row) {
    const double a = 8.0 * random.uniform();
    table.features(row, 0) = static_cast<float>(a);
    table.features(row, 1) = static_cast<float>(a + 0.1 * (random.uniform() - 0.5));
    table.features(row, 2) = static_cast<float>(8.0 * random.uniform());
  }
  table.features(0, 0) = 0.0F;
  table.features(1, 0) = 8.0F;
  table.features(0, 2) = 0.0F;
  table.features(1, 2) = 8.0F;
  return table;
}

Named levels_of(const data::Table& table, std::vector<double> units, Options options = {}) {
  return levels_within(table, all_rows(table), units, options, [](unsigned) {});
}

// 95 % and what 99 of 100 samples of these rows do not exceed by chance: the binomial
// distribution, summed here.
TEST(ToleranceLevels, AreShownByMoreRowsThanChanceExplains) {
  for (const std::size_t rows : {200U, 600U, 3000U}) {
    std::size_t least = 0;
    while (!shown_within(least, rows)) ++least;
    double tail = 0.0;  // at least so many, were the share exactly 95 %
    const auto n = static_cast<double>(rows);
    for (std::size_t k = least; k <= rows; ++k) {
      const auto own = static_cast<double>(k);
      tail += std::exp(std::lgamma(n + 1) - std::lgamma(own + 1) - std::lgamma(n - own + 1) +
                       own * std::log(0.95) + (n - own) * std::log(0.05));
    }
    EXPECT_LT(tail, 0.015) << rows;
    EXPECT_TRUE(shown_within(rows, rows));
  }
  EXPECT_FALSE(shown_within(0, 0));
}

TEST(ToleranceLevels, OfOneReadingAreStepsOfTwiceTheTolerance) {
  data::Table table = twins(30);  // too few to look at others
  Options options;
  options.bits = 3;
  const Named named = levels_of(table, {1.0, 3.0, 0.0}, options);
  EXPECT_EQ(named, (Named{{"a", 5}, {"b", 3}, {"c", 8}}));
}

TEST(ToleranceLevels, AreFewerWhereAnotherReadingTells) {
  const Named named = levels_of(twins(3000), {0.25, 0.4, 0.25});
  EXPECT_EQ(named[2].second, 17U);
  // Either of the twins is left out, or all but.
  EXPECT_LT(std::min(named[0].second, named[1].second), 4U);
  EXPECT_GE(std::max(named[0].second, named[1].second), 10U);
}

TEST(ToleranceLevels, MoreThanACodeHoldsAreRefused) {
  EXPECT_THROW(levels_of(twins(200), {0.001, 0.0, 0.0}), base::OptionError);
}

}  // namespace
}  // namespace terse::train
