#include "terse/model/special_readings.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "model/examples.h"
#include "terse/model/file.h"
#include "terse/model/predictor.h"

namespace terse::model {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

class SpecialOf : public testing::TestWithParam<quantize::Method> {};

// Fold, table, file and predictor together against the network as it was trained.
TEST_P(SpecialOf, ModelsPredictWhatTheNetworkDid) {
  const FoldInput input = special_fold_input(GetParam());
  const Model model = from_bytes(to_bytes(example_model(input)), "some.terse");
  const base::Matrix readings = special_readings(model, 60);
  std::vector<float> predictions(60);
  Predictor(model, 16).predict(readings, predictions);
  for (std::size_t r = 0; r < 60; ++r) {
    const double expected = in_target_units(model, unfolded_prediction(input, readings.row(r)));
    ASSERT_NEAR(predictions[r], expected, 2e-5 * std::max(1.0, std::abs(expected))) << r;
  }
}

TEST_P(SpecialOf, ClassesGetTheirProbabilities) {
  const FoldInput input = special_fold_input(GetParam(), 3);
  Model model = example_model(input);
  model.output = Classes{{"a", "b", "c"}};
  model = from_bytes(to_bytes(model), "some.terse");
  const base::Matrix readings = special_readings(model, 20);
  std::vector<float> predictions(60);
  Predictor predictor(model, 8);
  ASSERT_EQ(predictor.outputs(), 3U);
  predictor.predict(readings, predictions);
  for (std::size_t r = 0; r < 20; ++r) {
    const std::vector<double> scores = unfolded_outputs(input, readings.row(r));
    double sum = 0.0;
    for (const double score : scores) sum += std::exp(score);
    for (std::size_t k = 0; k < 3; ++k) {
      ASSERT_NEAR(predictions[3 * r + k], std::exp(scores[k]) / sum, 1e-5) << r;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(SpecialReadings, SpecialOf, testing::ValuesIn(quantize::network_methods),
                         [](const auto& test) {
                           std::string name(quantize::id(test.param));
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

// One number with thresholds 10 and 20, with gaps; two categories with unseen and gaps.
Model small_model() {
  Model model;
  model.features = {{"t", "", 0.0, 1.0}, {"room", "", 0.0, 1.0}};
  model.features[0].missing_level = true;
  model.features[1].categories = {"hall", "attic"};
  model.features[1].unseen_level = model.features[1].missing_level = true;
  model.thresholds.add_feature(std::vector<float>{10.0F, 20.0F});
  model.thresholds.add_feature({});
  return model;
}

TEST(SpecialReadings, MissingIsTheLastCodeAndUnseenTheOneBefore) {
  const Model model = small_model();
  EXPECT_EQ(model.levels(), (std::vector<std::size_t>{4, 4}));
  EXPECT_FALSE(model.plain());
  const std::vector<float> readings = {20.0F, 0.0F, nan, 1.0F, 21.0F, 2.0F, 5.0F, nan};
  std::vector<quantize::Code> codes = {1, 0, 0, 0, 2, 0, 0, 0};
  SpecialReadings(model).encode({readings.data(), 4, 2}, codes);
  EXPECT_EQ(codes, (std::vector<quantize::Code>{1, 0, 3, 1, 2, 2, 0, 3}));
}

TEST(SpecialReadings, ExpandForFullPrecision) {
  const SpecialReadings special(small_model());
  std::vector<float> row = {7.0F, 7.0F, 9, 9, 9, 9, 9};
  special.expand(std::vector<float>{nan, 1.0F}, row);
  EXPECT_EQ(row, (std::vector<float>{0, 0, 1, 0, 1, 0, 0}));
  row = {7.0F, 7.0F, 9, 9, 9, 9, 9};
  special.expand(std::vector<float>{3.0F, nan}, row);
  EXPECT_EQ(row, (std::vector<float>{7, 0, 0, 0, 0, 0, 1}));
}

TEST(SpecialReadings, TakesWhatItHasALevelFor) {
  Model model = small_model();
  const auto takes = [&](float first, float second) {
    return SpecialReadings(model).takes(std::vector<float>{first, second});
  };
  EXPECT_TRUE(takes(-1e30F, 0.0F));
  EXPECT_TRUE(takes(nan, 2.0F));
  EXPECT_TRUE(takes(0.0F, nan));
  for (const float outside : {-1.0F, 3.0F, 0.5F, 1e30F, std::numeric_limits<float>::infinity()}) {
    EXPECT_FALSE(takes(0.0F, outside)) << outside;
  }
  EXPECT_FALSE(takes(-std::numeric_limits<float>::infinity(), 0.0F));
  model.features[0].missing_level = model.features[1].missing_level = false;
  EXPECT_FALSE(takes(nan, 0.0F));
  EXPECT_FALSE(takes(0.0F, nan));
  EXPECT_TRUE(takes(0.0F, 2.0F));
  EXPECT_FALSE(takes(0.0F, 3.0F));
}

TEST(SpecialReadings, WhatWasNeverTrainedIsTheMeanOfTheOtherRows) {
  FoldInput input = special_fold_input(quantize::Method::bw_sq);
  std::size_t special = 0;
  for (const Feature& feature : input.features) special += feature.special_levels();
  input.special_trained.assign(special, true);
  // Feature 1's second category and its level for gaps: rows 1 and 4 of its five.
  input.special_trained[1 + 1] = input.special_trained[1 + 4] = false;
  const Model model = fold(input);
  const std::size_t first = model.levels()[0];
  const base::Matrix& table = lookup_of(model).table;
  for (std::size_t unit = 0; unit < table.columns(); ++unit) {
    const double mean =
        (static_cast<double>(table(first, unit)) + static_cast<double>(table(first + 2, unit)) +
         static_cast<double>(table(first + 3, unit))) /
        3.0;
    EXPECT_NEAR(table(first + 1, unit), mean, 1e-6);
    EXPECT_NEAR(table(first + 4, unit), mean, 1e-6);
  }
  input = special_fold_input(quantize::Method::fp);
  input.special_trained.assign(special, true);
  input.special_trained[0] = false;
  const auto precise = std::get<decoder::FullPrecision>(fold(input).decoder);
  for (std::size_t unit = 0; unit < precise.layers[0].weights.rows(); ++unit) {
    EXPECT_EQ(precise.layers[0].weights(unit, 4), 0.0F);
    EXPECT_NE(precise.layers[0].weights(unit, 5), 0.0F);
  }
}

}  // namespace
}  // namespace terse::model
