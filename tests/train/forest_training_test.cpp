#include "terse/train/forest_training.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "data/input_error.h"
#include "terse/base/error.h"
#include "terse/base/order.h"
#include "terse/base/random.h"
#include "terse/model/forest.h"

namespace terse::train {
namespace {

// y = signal * (a step of a, and b), the rest noise; the third feature says nothing.
data::Table some_table(std::size_t rows, double signal) {
  base::Random random(5);
  data::Table table;
  table.source = "some";
  table.feature_names = {"a", "b", "c"};
  table.target_name = "y";
  table.features = base::Matrix(rows, 3);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t f = 0; f < 3; ++f) {
      table.features(row, f) = static_cast<float>(20.0 + 5.0 * random.normal());
    }
    const double mean = (table.features(row, 0) > 21.0F ? 1.0 : -1.0) +
                        0.2 * (static_cast<double>(table.features(row, 1)) - 20.0);
    table.target.push_back(static_cast<float>(signal * mean + random.normal()));
  }
  return table;
}

std::vector<float> own_sums(const model::Forest& forest, const data::Table& table) {
  std::vector<float> sums;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    std::vector<std::int16_t> inputs;
    for (const model::ForestInput& input : forest.inputs) {
      inputs.push_back(model::forest_input(input, table.features(row, input.feature)));
    }
    sums.push_back(static_cast<float>(model::forest_sum(forest, inputs)));
  }
  return sums;
}

double correlation(const std::vector<float>& one, const std::vector<float>& other) {
  const auto mean = [](const std::vector<float>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  };
  const double a = mean(one);
  const double b = mean(other);
  double both = 0.0;
  double first = 0.0;
  double second = 0.0;
  for (std::size_t i = 0; i < one.size(); ++i) {
    const double x = static_cast<double>(one[i]) - a;
    const double y = static_cast<double>(other[i]) - b;
    both += x * y;
    first += x * x;
    second += y * y;
  }
  return both / std::sqrt(first * second);
}

TrainedForest trained(const data::Table& table, const Options& options = {}) {
  return trained_forest(table, base::all_rows(table.rows()), options, {});
}

TEST(ForestTraining, LearnsWhatThereIsAndNothingElse) {
  const data::Table table = some_table(1000, 2.0);
  const TrainedForest found = trained(table);
  EXPECT_EQ(model::forest_problem(found.forest, 3), "");
  EXPECT_EQ(found.forest.trees(), 30U);
  EXPECT_EQ(found.forest.depth, 5U);
  EXPECT_EQ(std::ranges::max(found.forest.leaves), 127);
  EXPECT_GT(correlation(own_sums(found.forest, table), table.target), 0.93);
  EXPECT_GT(correlation(found.unseen_sums, table.target), 0.85);
  const data::Table noise = some_table(1000, 0.0);
  const TrainedForest nothing = trained(noise);
  EXPECT_GT(correlation(own_sums(nothing.forest, noise), noise.target), 0.5);
  EXPECT_LT(std::abs(correlation(nothing.unseen_sums, noise.target)), 0.1);
}

TEST(ForestTraining, SizesAreThoseAskedForAndBitsTheSame) {
  const data::Table table = some_table(400, 2.0);
  Options options;
  options.forest_depth = 3;
  options.forest_trees = 11;
  const TrainedForest one = trained(table, options);
  const TrainedForest again = trained(table, options);
  EXPECT_EQ(one.forest.trees(), 11U);
  EXPECT_EQ(one.forest.leaves.size(), 11U * 8U);
  EXPECT_EQ(one.forest.leaves, again.forest.leaves);
  EXPECT_EQ(one.forest.thresholds, again.forest.thresholds);
  EXPECT_EQ(one.unseen_sums, again.unseen_sums);
  options.seed = 3;
  EXPECT_NE(trained(table, options).unseen_sums, one.unseen_sums);
}

// A forest of one stump can be computed by hand: its threshold parts the two readings.
TEST(ForestTraining, AStumpPartsWhatDiffers) {
  data::Table table = some_table(40, 1.0);
  for (std::size_t row = 0; row < 40; ++row) {
    const bool high = row % 2 == 0;
    table.features(row, 0) = high ? 2.0F : -2.0F;
    table.features(row, 1) = 7.0F;
    table.features(row, 2) = 7.0F;
    table.target[row] = high ? 9.0F : 1.0F;
  }
  Options options;
  options.forest_depth = 2;
  options.forest_trees = 40;
  const TrainedForest found = trained(table, options);
  ASSERT_EQ(found.forest.inputs.size(), 1U);
  EXPECT_EQ(found.forest.inputs[0].offset, 0.0F);
  EXPECT_EQ(found.forest.inputs[0].scale, 16000.0F);
  const std::vector<float> sums = own_sums(found.forest, table);
  for (std::size_t row = 2; row < 40; ++row) EXPECT_EQ(sums[row], sums[row % 2]);
  EXPECT_GT(sums[0], 0.0F);
  EXPECT_LT(sums[1], 0.0F);
}

TEST(ForestTraining, EveryRowHasAForestThatDidNotSeeItForEveryKindOfSplit) {
  const data::Table table = some_table(300, 2.0);
  for (const data::SplitKind kind : {data::SplitKind::last, data::SplitKind::blocks}) {
    Options options;
    options.split.kind = kind;
    const TrainedForest found = trained(table, options);
    EXPECT_GT(correlation(found.unseen_sums, table.target), 0.7);
    EXPECT_EQ(std::ranges::count(found.unseen_sums, 0.0F), 0);
  }
}

TEST(ForestTraining, RefusesWhatADeviceComputesNothingOf) {
  data::Table gap = some_table(100, 1.0);
  gap.features(7, 1) = std::nanf("");
  EXPECT_EQ(
      input_error([&] { trained(gap); }),
      "some: row 8, column 'b': there is a gap, of which a device computes nothing; leave out "
      "the rows with a gap, or let the device compute nothing");
  data::Table names = some_table(100, 1.0);
  names.categories = {{}, {}, {"x", "y"}};
  EXPECT_EQ(input_error([&] { trained(names); }),
            "some: column 'c': holds categories, of which a device computes nothing; leave it out "
            "with `ignore`, or let the device compute nothing");
  data::Table three = some_table(100, 1.0);
  three.classes = {"p", "q", "r"};
  EXPECT_EQ(input_error([&] { trained(three); }),
            "computed: is for numbers and two classes; 'y' has 3; leave it out");
  Options logarithm;
  logarithm.objective.scale = TargetScale::log;
  EXPECT_NE(input_error([&] { trained(some_table(100, 1.0), logarithm); }).find("has no logarithm"),
            std::string::npos);
}

TEST(ForestTraining, StopsWhenAsked) {
  EXPECT_THROW(trained_forest(some_table(100, 1.0), base::all_rows(100), {},
                              [](unsigned round) {
                                if (round == 3) throw base::JobError("stopped");
                              }),
               base::JobError);
}

}  // namespace
}  // namespace terse::train
