#include "terse/allocate/merged_levels.h"

#include <gtest/gtest.h>

#include "allocate/example_table.h"

namespace terse::allocate {
namespace {

TEST(MergedLevels, MergedRowsAreMeansByHowOftenTheyOccur) {
  const LevelTable table = level_table(example_parameters());
  const std::vector<std::size_t> counts = {1, 3, 6, 10, 0, 0, 5, 5};
  const std::vector<LevelGroups> groups = {{0, 0, 1}, {0}, {0, 0, 1, 1}};
  const LevelTable fewer = merged(table, groups, counts);
  EXPECT_EQ(fewer.levels(), (std::vector<std::size_t>{2, 1, 2}));
  EXPECT_EQ(fewer.thresholds.values, (std::vector<float>{0.5F, 0.25F}));
  for (std::size_t u = 0; u < 4; ++u) {
    EXPECT_NEAR(fewer.rows(0, u), (1 * table.rows(0, u) + 3 * table.rows(1, u)) / 4, 1e-6);
    EXPECT_EQ(fewer.rows(1, u), table.rows(2, u));
    // Neither level occurs: both count the same.
    EXPECT_NEAR(fewer.rows(3, u), (table.rows(4, u) + table.rows(5, u)) / 2, 1e-6);
    EXPECT_NEAR(fewer.rows(4, u), (table.rows(6, u) + table.rows(7, u)) / 2, 1e-6);
  }
}

TEST(MergedLevels, MergedCategoriesBecomeAnyOther) {
  const LevelTable table = example_special_table();
  const base::Matrix inputs = example_special_inputs(200);
  const std::vector<std::size_t> counts = {1, 1, 1, 1, 3, 0, 1, 4};
  // Categories 0 and 2 are "any other", behind 1 and 3.
  const std::vector<LevelGroups> groups = {{0, 1, 2, 3}, {2, 0, 2, 1}};
  const LevelTable fewer = merged(table, groups, counts);
  EXPECT_EQ(fewer.levels(), (std::vector<std::size_t>{4, 3}));
  EXPECT_TRUE(fewer.shapes[1].other);
  EXPECT_EQ(fewer.shapes[1].categories(), 2U);
  for (std::size_t u = 0; u < 4; ++u) {
    EXPECT_EQ(fewer.rows(4, u), table.rows(5, u));
    EXPECT_NEAR(fewer.rows(6, u), (3 * table.rows(4, u) + table.rows(6, u)) / 4, 1e-6);
  }
  const base::Matrix remaining = merged_inputs(table, groups, inputs);
  const auto before = codes_of(table, inputs);
  const auto after = codes_of(fewer, remaining);
  for (std::size_t i = 0; i < after.size(); ++i) EXPECT_EQ(after[i], groups[i % 2][before[i]]);
}

TEST(MergedLevels, AFeatureThatIsNotSentIsPlain) {
  const LevelTable table = example_special_table();
  const std::vector<std::size_t> counts(8, 1);
  const std::vector<LevelGroups> groups = {{0, 0, 0, 0}, {0, 1, 2, 3}};
  const LevelTable fewer = merged(table, groups, counts);
  EXPECT_EQ(fewer.levels(), (std::vector<std::size_t>{1, 4}));
  EXPECT_FALSE(fewer.shapes[0].missing);
  EXPECT_EQ(merged_inputs(table, groups, example_special_inputs(3)).columns(), 6U);
}

TEST(MeanRow, WeighsByCounts) {
  const LevelTable table = of_numbers({1, 2}, {}, {0, 1, 3});
  const std::vector<std::size_t> rows = {1, 2};
  EXPECT_NEAR(MeanRow(table, rows, std::vector<std::size_t>{9, 3, 1}).values[0], 1.5, 1e-12);
  EXPECT_NEAR(MeanRow(table, rows, std::vector<std::size_t>{9, 0, 0}).values[0], 2.0, 1e-12);
}

}  // namespace
}  // namespace terse::allocate
