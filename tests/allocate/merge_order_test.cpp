#include "terse/allocate/merge_order.h"

#include <gtest/gtest.h>

#include "allocate/example_table.h"

namespace terse::allocate {
namespace {

TEST(MergeOrder, NeighboursByWardsCriterion) {
  // Ward: 10*10/20*(1-0)^2 = 5; 10*1/11*(3-1)^2 = 3.6; 1*1/2*(6-3)^2 = 4.5.
  const LevelTable table = of_numbers({1, 2, 3}, {}, {0, 1, 3, 6});
  const std::vector<std::size_t> counts = {10, 10, 1, 1};
  const std::vector<double> weights = {1.0};
  MergeOrder order(table, 0, counts, weights);
  EXPECT_EQ(order.groups(), (LevelGroups{0, 1, 2, 3}));
  order.merge_cheapest();
  EXPECT_EQ(order.groups(), (LevelGroups{0, 1, 1, 2}));
  // The merged level is 13/11 of 11 rows: 10*11/21*(1.18)^2 = 7.3; 11*1/12*(6-1.18)^2 = 21.3.
  order.merge_cheapest();
  EXPECT_EQ(order.groups(), (LevelGroups{0, 0, 0, 1}));
  order.merge_cheapest();
  EXPECT_EQ(order.levels(), 1U);
}

TEST(MergeOrder, GapsStayUntilTheFeatureGoes) {
  const FeatureShape gaps{.categorical = false, .special = 1, .other = false, .missing = true};
  const LevelTable table = of_numbers({1}, gaps, {0, 5, 5});
  const std::vector<std::size_t> counts = {4, 4, 4};
  const std::vector<double> weights = {1.0};
  MergeOrder order(table, 0, counts, weights);
  order.merge_cheapest();
  // 5 and "missing" are equal, but only readings merge.
  EXPECT_EQ(order.groups(), (LevelGroups{0, 0, 1}));
  order.merge_cheapest();
  EXPECT_EQ(order.groups(), (LevelGroups{0, 0, 0}));
}

TEST(MergeOrder, CategoriesJoinAnyOther) {
  const FeatureShape shape{.categorical = true, .special = 5, .other = false, .missing = true};
  const LevelTable table = of_numbers({}, shape, {9, 2, 8, 2.5, 0});
  const std::vector<std::size_t> counts = {4, 4, 4, 4, 4};
  const std::vector<double> weights = {1.0};
  MergeOrder order(table, 0, counts, weights);
  // 2 and 2.5 are nearest, though not neighbours; then 8 to their mean, and at last one is left.
  order.merge_cheapest();
  EXPECT_EQ(order.groups(), (LevelGroups{0, 2, 1, 2, 3}));
  order.merge_cheapest();
  EXPECT_EQ(order.groups(), (LevelGroups{0, 1, 1, 1, 2}));
  order.merge_cheapest();
  EXPECT_EQ(order.levels(), 1U);
}

TEST(MergeOrder, TwoCategoriesAreSentOrNot) {
  const FeatureShape shape{.categorical = true, .special = 2, .other = false, .missing = false};
  const LevelTable table = of_numbers({}, shape, {1, 2});
  const std::vector<std::size_t> counts = {4, 4};
  const std::vector<double> weights = {1.0};
  MergeOrder order(table, 0, counts, weights);
  order.merge_cheapest();
  EXPECT_EQ(order.groups(), (LevelGroups{0, 0}));
}

}  // namespace
}  // namespace terse::allocate
