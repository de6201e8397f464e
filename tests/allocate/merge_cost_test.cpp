#include "terse/allocate/merge_cost.h"

#include <gtest/gtest.h>

#include "allocate/example_table.h"

namespace terse::allocate {
namespace {

std::vector<float> example_targets(const base::Matrix& inputs) {
  std::vector<float> targets;
  for (std::size_t r = 0; r < inputs.rows(); ++r) targets.push_back(inputs(r, 0) - inputs(r, 2));
  return targets;
}

TEST(MergeCost, LossIsThatOfTheNetwork) {
  const inference::Parameters trained = example_parameters();
  const base::Matrix inputs = example_inputs(1500);
  const auto targets = example_targets(inputs);
  const double expected = loss_by_definition(trained, inputs, targets);
  EXPECT_NEAR(loss_of({}, level_table(trained), {inputs, targets}), expected, 1e-5 * expected);
}

// Every merge by itself, carried out and measured by the network's definition.
TEST(MergeCost, RiseIsWhatTheMergedNetworkLosesMore) {
  const LevelTable table = level_table(example_parameters());
  const base::Matrix inputs = example_inputs(1500);
  const auto targets = example_targets(inputs);
  const auto counts = level_counts(table, codes_of(table, inputs));
  const inference::Parameters before = parameters(table);
  const double loss_before = loss_by_definition(before, inputs, targets);
  const auto merges = merge_costs({}, table, {inputs, targets});
  ASSERT_EQ(merges.size(), 3U);
  EXPECT_EQ(merges[0].size(), 2U);
  EXPECT_TRUE(merges[1].empty());
  ASSERT_EQ(merges[2].size(), 3U);
  for (const std::size_t f : {std::size_t{0}, std::size_t{2}}) {
    std::size_t levels = table.thresholds.levels(f);
    for (const Merge& merge : merges[f]) {
      EXPECT_EQ(merge.levels, --levels);
      EXPECT_EQ(merge.groups.back() + 1, merge.levels);
      std::vector<LevelGroups> groups = {{0, 1, 2}, {0}, {0, 1, 2, 3}};
      groups[f] = merge.groups;
      const inference::Parameters after = parameters(merged(table, groups, counts));
      EXPECT_NEAR(merge.loss_rise, loss_by_definition(after, inputs, targets) - loss_before,
                  1e-4 * loss_before);
      double shift = 0.0;
      for (std::size_t r = 0; r < inputs.rows(); ++r) {
        const double change = prediction_by_definition(after, inputs.row(r)) -
                              prediction_by_definition(before, inputs.row(r));
        shift += change * change / static_cast<double>(inputs.rows());
      }
      EXPECT_NEAR(merge.shift, shift, 1e-4 * (shift + 1e-3));
    }
  }
}

TEST(MergeCost, EqualRowsMergeFirstAndForNothing) {
  inference::Parameters trained = example_parameters();
  // The threshold 0.25 of the last feature changes nothing.
  for (std::size_t u = 0; u < 4; ++u) trained.layers.front().weights(u, 2) = 0.0F;
  const base::Matrix inputs = example_inputs(400);
  const auto targets = example_targets(inputs);
  const auto merges = merge_costs({}, level_table(trained), {inputs, targets});
  EXPECT_EQ(merges[2].front().groups, (LevelGroups{0, 1, 1, 2}));
  EXPECT_NEAR(merges[2].front().loss_rise, 0.0, 1e-5);
  EXPECT_NEAR(merges[2].front().shift, 0.0, 1e-9);
}

TEST(MergeCost, ManyLevelsAreALadderDownToOne) {
  inference::Parameters trained = example_parameters();
  trained.thresholds = {};
  std::vector<float> many;
  for (int t = 0; t < 40; ++t) many.push_back(-2.0F + 0.1F * static_cast<float>(t));
  trained.thresholds.add_feature(many);
  trained.thresholds.add_feature({});
  trained.thresholds.add_feature({});
  base::Random random(5);
  trained.layers.front().weights = base::Matrix(4, 40);
  for (float& weight : trained.layers.front().weights.values()) {
    weight = static_cast<float>(random.normal());
  }
  const base::Matrix inputs = example_inputs(300);
  const auto targets = example_targets(inputs);
  const auto merges = merge_costs({}, level_table(trained), {inputs, targets});
  ASSERT_FALSE(merges[0].empty());
  EXPECT_LT(merges[0].front().levels, 41U);
  EXPECT_EQ(merges[0].back().levels, 1U);
  for (std::size_t m = 1; m < merges[0].size(); ++m) {
    EXPECT_LT(merges[0][m].levels, merges[0][m - 1].levels);
  }
}

// Two features with special levels: every merge carried out, inputs and all, and measured again.
TEST(MergeCost, OfCategoriesAndGapsIsMeasuredToo) {
  const LevelTable table = example_special_table();
  const base::Matrix inputs = example_special_inputs(900);
  std::vector<float> targets;
  for (std::size_t r = 0; r < inputs.rows(); ++r) {
    targets.push_back(inputs(r, 0) + (inputs(r, 2) > 0.0F ? 1.0F : 0.0F));
  }
  const auto counts = level_counts(table, codes_of(table, inputs));
  const double before = loss_of({}, table, {inputs, targets});
  const auto merges = merge_costs({}, table, {inputs, targets});
  ASSERT_EQ(merges[0].size(), 3U);  // three levels and one for gaps: 3, 2, then not sent
  EXPECT_EQ(merges[0].back().levels, 1U);
  ASSERT_EQ(merges[1].size(), 3U);  // four categories: 2 and others, 1 and others, not sent
  EXPECT_EQ(merges[1][0].levels, 3U);
  for (const std::size_t f : {std::size_t{0}, std::size_t{1}}) {
    for (const Merge& merge : merges[f]) {
      std::vector<LevelGroups> groups = {{0, 1, 2, 3}, {0, 1, 2, 3}};
      groups[f] = merge.groups;
      const LevelTable after = merged(table, groups, counts);
      EXPECT_EQ(after.levels(f), merge.levels);
      const base::Matrix remaining = merged_inputs(table, groups, inputs);
      EXPECT_NEAR(merge.loss_rise, loss_of({}, after, {remaining, targets}) - before,
                  1e-4 * before);
    }
  }
}

TEST(MergeCost, OfClassesIsCrossEntropy) {
  inference::Parameters trained = example_parameters();
  base::Random random(8);
  inference::DenseLayer last{base::Matrix(3, 3), std::vector<float>(3)};
  for (float& weight : last.weights.values()) weight = static_cast<float>(random.normal());
  trained.layers.back() = last;
  const LevelTable table = level_table(trained);
  const base::Matrix inputs = example_inputs(300);
  std::vector<float> targets;
  for (std::size_t r = 0; r < 300; ++r) targets.push_back(static_cast<float>(r % 3));
  const Task task{.classes = 3, .class_weights = {}};
  const auto counts = level_counts(table, codes_of(table, inputs));
  const double before = loss_of(task, table, {inputs, targets});
  const auto merges = merge_costs(task, table, {inputs, targets});
  for (const Merge& merge : merges[2]) {
    const LevelTable after =
        merged(table, std::vector<LevelGroups>{{0, 1, 2}, {0}, merge.groups}, counts);
    EXPECT_NEAR(merge.loss_rise, loss_of(task, after, {inputs, targets}) - before, 1e-4);
    EXPECT_GT(merge.shift, 0.0);
  }
}

}  // namespace
}  // namespace terse::allocate
