#include "terse/train/preparation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "data/input_error.h"
#include "terse/base/error.h"
#include "terse/train/options.h"

namespace terse::train {
namespace {

// Two features, the second with a heavy tail; row 4 is meant to be left out of training.
data::Table small_table() {
  data::Table table;
  table.source = "small";
  table.feature_names = {"a", "b"};
  table.feature_units = {"V", ""};
  table.target_name = "y";
  const float values[5][3] = {{0, 1, 10}, {1, 2, 20}, {2, 4, 30}, {3, 8, 40}, {1000, -999, 9e6F}};
  table.features = base::Matrix(5, 2);
  for (std::size_t row = 0; row < 5; ++row) {
    table.features(row, 0) = values[row][0];
    table.features(row, 1) = values[row][1];
    table.target.push_back(values[row][2]);
  }
  return table;
}

const std::vector<std::uint32_t> training_rows = {0, 1, 2, 3};

TEST(Preparation, StandardisesByTheTrainingRowsAlone) {
  const Preparation prepared = prepare(small_table(), training_rows, {});
  ASSERT_EQ(prepared.inputs.rows(), 4U);
  EXPECT_DOUBLE_EQ(prepared.features[0].mean, 1.5);
  EXPECT_DOUBLE_EQ(prepared.features[0].deviation, std::sqrt(1.25));
  EXPECT_EQ(prepared.features[0].unit, "V");
  EXPECT_DOUBLE_EQ(prepared.features[1].mean, 3.75);
  EXPECT_DOUBLE_EQ(prepared.target_scaler.mean[0], 25.0);
  EXPECT_NEAR(prepared.targets[3], 15.0 / std::sqrt(125.0), 1e-6);
  EXPECT_NEAR(prepared.inputs(0, 0), -1.5 / std::sqrt(1.25), 1e-6);
}

TEST(Preparation, ThresholdsGoWhereTheMethodSaysThem) {
  Options options;
  options.bits = 1;
  options.method = quantize::Method::bw_qq;
  Preparation prepared = prepare(small_table(), training_rows, options);
  EXPECT_EQ(prepared.trainer_thresholds.features(), 2U);
  // The median of 1, 2, 4, 8 is 3.
  const double deviation = prepared.features[1].deviation;
  EXPECT_NEAR(prepared.thresholds.of(1)[0], (3.0 - 3.75) / deviation, 1e-6);
  options.method = quantize::Method::bw_mq;
  prepared = prepare(small_table(), training_rows, options);
  EXPECT_NEAR(prepared.thresholds.of(1)[0], (4.5 - 3.75) / deviation, 1e-6);
  options.method = quantize::Method::fp;
  prepared = prepare(small_table(), training_rows, options);
  EXPECT_EQ(prepared.thresholds.features(), 0U);
  EXPECT_TRUE(prepared.midpoints.empty());
}

TEST(Preparation, QuantizedBeforeTrainingMeansMidpointsAsInputs) {
  Options options;
  options.bits = 2;
  options.method = quantize::Method::pr_mq;
  const Preparation prepared = prepare(small_table(), training_rows, options);
  EXPECT_EQ(prepared.trainer_thresholds.features(), 0U);
  // Min-max thresholds reproduce min + k (max - min) / 3: the values of column a exactly.
  for (std::size_t row = 0; row < 4; ++row) {
    EXPECT_NEAR(prepared.inputs(row, 0), (static_cast<double>(row) - 1.5) / std::sqrt(1.25), 1e-5);
  }
  // Column b, 1 2 4 8 in cells of 7/3: 1, 1 + 7/3 twice (2 < 2.17 is cell 0), 8.
  const double expected[] = {1.0, 1.0, 1.0 + 7.0 / 3.0, 8.0};
  for (std::size_t row = 0; row < 4; ++row) {
    EXPECT_NEAR(prepared.inputs(row, 1), (expected[row] - 3.75) / prepared.features[1].deviation,
                1e-5);
  }
}

TEST(Preparation, TrainedThresholdsMayStartElsewhere) {
  Options options;
  options.bits = 1;
  // Column b is 1, 2, 4, 8: its two clusters part between 4 and 8, its range at 4.5.
  const auto second = [&](quantize::ThresholdStart start) {
    options.start = start;
    const Preparation prepared = prepare(small_table(), training_rows, options);
    EXPECT_EQ(prepared.trainer_thresholds.values, prepared.thresholds.values);
    const auto& feature = prepared.features[1];
    return static_cast<double>(prepared.thresholds.of(1)[0]) * feature.deviation + feature.mean;
  };
  EXPECT_NEAR(second(quantize::ThresholdStart::kmeans), 6.0, 1e-5);
  EXPECT_NEAR(second(quantize::ThresholdStart::minmax), 4.5, 1e-5);
  EXPECT_NEAR(second(quantize::ThresholdStart::quantile), 3.0, 1e-5);
  options.bits = 3;
  options.start = quantize::ThresholdStart::tree;
  EXPECT_EQ(prepare(small_table(), training_rows, options).thresholds.values.size(), 14U);
}

TEST(Preparation, NamedLevelsChangeThresholdCounts) {
  Options options;
  options.bits = 3;
  options.levels = {{"b", 1}};
  const Preparation prepared = prepare(small_table(), training_rows, options);
  EXPECT_EQ(prepared.thresholds.count(0), 7U);
  EXPECT_EQ(prepared.thresholds.count(1), 0U);
}

TEST(Preparation, WeightsHaveMeanOne) {
  data::Table table = small_table();
  table.weights = {1, 0, 2, 5, 100};
  const Preparation prepared = prepare(table, training_rows, {});
  EXPECT_EQ(prepared.weights, (std::vector<float>{0.5F, 0, 1, 2.5F}));
  table.weights = {0, 0, 0, 0, 1};
  EXPECT_THROW(prepare(table, training_rows, {}), base::InputError);
}

TEST(Preparation, BalancedClassesCountWeights) {
  data::Table table = small_table();
  table.classes = {"a", "b"};
  table.target = {0, 0, 0, 1, 1};
  table.weights = {1, 1, 1, 9, 1};
  Options options;
  options.class_weights = ClassWeights::balanced;
  const Preparation prepared = prepare(table, training_rows, options);
  // Weights sum to 4 rows: class a has 1, b has 3.
  EXPECT_NEAR(prepared.class_weights[0], 2.0, 1e-6);
  EXPECT_NEAR(prepared.class_weights[1], 2.0 / 3.0, 1e-6);
}

TEST(Preparation, TargetsAsTheObjectiveTakesThem) {
  Options options;
  options.objective.scale = TargetScale::log;
  Preparation prepared = prepare(small_table(), training_rows, options);
  const double mean = (std::log(10) + std::log(20) + std::log(30) + std::log(40)) / 4;
  EXPECT_NEAR(prepared.target_scaler.mean[0], mean, 1e-6);
  EXPECT_NEAR(prepared.targets[2], (std::log(30) - mean) / prepared.target_scaler.deviation[0],
              1e-5);
  auto number = std::get<model::Number>(output_of(small_table(), prepared, options.objective));
  EXPECT_NEAR(number.prediction(prepared.targets[2]), 30.0, 1e-4);
  options.objective = {.loss = inference::Loss::poisson};
  prepared = prepare(small_table(), training_rows, options);
  EXPECT_NEAR(prepared.targets[2], 30.0 / 25.0, 1e-6);
  number = std::get<model::Number>(output_of(small_table(), prepared, options.objective));
  // A score of 0 is the mean.
  EXPECT_NEAR(number.prediction(0.0F), 25.0, 1e-5);
}

TEST(Preparation, RefusesTargetsWithoutLogarithmAnywhereInTheTable) {
  data::Table table = small_table();
  table.target[4] = 0.0F;
  Options options;
  options.objective.scale = TargetScale::log;
  EXPECT_EQ(input_error([&] { prepare(table, training_rows, options); }),
            "small: row 5, column 'y': 0 has no logarithm; leave `target_scale` log out; counts "
            "with zeros take `loss` poisson");
  options.objective = {.loss = inference::Loss::poisson};
  prepare(table, training_rows, options);
  table.target[4] = -1.0F;
  EXPECT_NE(input_error([&] { prepare(table, training_rows, options); }).find("Poisson"),
            std::string::npos);
}

TEST(Preparation, NoRowsIsAnInputError) {
  EXPECT_THROW(prepare(small_table(), {}, {}), base::InputError);
}

}  // namespace
}  // namespace terse::train
