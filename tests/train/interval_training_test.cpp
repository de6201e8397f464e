#include "terse/train/interval_training.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"
#include "terse/base/random.h"
#include "terse/model/predictor.h"
#include "terse/train/joint.h"
#include "terse/train/metrics.h"
#include "terse/train/option_table.h"

namespace terse::train {
namespace {

// Normal noise whose deviation is 0.1 + x, of a target 2 x.
data::Table spreading(std::size_t rows, std::uint64_t seed) {
  data::Table table;
  table.source = "spreading";
  table.feature_names = {"x", "other"};
  table.target_name = "y";
  table.features = base::Matrix(rows, 2);
  base::Random random(seed, 1);
  for (std::size_t row = 0; row < rows; ++row) {
    const double x = random.uniform();
    const double radius = std::sqrt(-2.0 * std::log(1.0 - random.uniform()));
    const double normal = radius * std::cos(2.0 * 3.14159265358979 * random.uniform());
    table.features(row, 0) = static_cast<float>(x);
    table.features(row, 1) = static_cast<float>(random.uniform());
    table.target.push_back(static_cast<float>(2.0 * x + (0.1 + x) * normal));
  }
  add_interval_targets(table);
  return table;
}

Options small_network(double interval) {
  Options options;
  options.bits = 3;
  options.hidden = {32, 32};
  options.epochs = 30;
  options.interval = interval;
  return options;
}

TEST(IntervalTraining, EndsLieOnTheirSidesWhateverTheUnits) {
  base::Random random(2, 1);
  inference::DenseLayer layer{base::Matrix(3, 4), {0.5F, 2.0F, -3.0F}};  // crossing as learned
  for (float& weight : layer.weights.values()) {
    weight = static_cast<float>(random.uniform() - 0.5);
  }
  base::Matrix units(500, 4);
  std::vector<float> targets;
  for (std::size_t row = 0; row < 500; ++row) {
    for (float& unit : units.row(row))
      unit = static_cast<float>(std::max(0.0, random.uniform() - 0.3));
    targets.push_back(static_cast<float>(units(row, 0) + 0.3 * (random.uniform() - 0.5)));
  }
  fit_ends(layer, units, targets, 0.8);
  for (int trial = 0; trial < 1000; ++trial) {
    double outputs[3];
    std::vector<double> own(4);
    for (double& unit : own) unit = 1000.0 * random.uniform() * random.uniform();
    for (std::size_t k = 0; k < 3; ++k) {
      outputs[k] = layer.bias[k];
      for (std::size_t i = 0; i < 4; ++i) outputs[k] += layer.weights(k, i) * own[i];
    }
    EXPECT_LE(outputs[1], outputs[0] + 1e-4);
    EXPECT_LE(outputs[0], outputs[2] + 1e-4);
  }
}

// One unit that is always 0: the ends are constants, which have to be the quantiles of the rows.
TEST(IntervalTraining, WithoutUnitsTheEndsAreQuantiles) {
  inference::DenseLayer layer{base::Matrix(3, 1), {0.0F, -0.2F, 0.2F}};
  const base::Matrix units(1001, 1);
  std::vector<float> targets;
  for (int row = -500; row <= 500; ++row) targets.push_back(static_cast<float>(row) / 500.0F);
  fit_ends(layer, units, targets, 0.8);
  EXPECT_NEAR(layer.bias[1], -0.8F, 0.02F);
  EXPECT_NEAR(layer.bias[2], 0.8F, 0.02F);
}

TEST(IntervalTraining, CalibrationHoldsTheRankThatTheTheoremAsks) {
  inference::DenseLayer layer{base::Matrix(3, 1), {0.0F, -0.1F, 0.1F}};
  base::Matrix outputs(99, 3);
  std::vector<float> targets;
  for (std::size_t row = 0; row < 99; ++row) {
    outputs(row, 1) = -0.1F;
    outputs(row, 2) = 0.1F;
    targets.push_back(static_cast<float>(row + 1) / 100.0F);
  }
  // ceil(0.9 * 100) = 90: the 90th of the distances 0.01 - 0.1 .. 0.99 - 0.1.
  calibrate_ends(layer, outputs, targets, 0.9);
  EXPECT_NEAR(layer.bias[2], 0.9F, 1e-5F);
  EXPECT_NEAR(layer.bias[1], -0.9F, 1e-5F);
  // Far too wide: they come in, and do not cross.
  layer = {base::Matrix(3, 1), {0.0F, -5.0F, 5.0F}};
  std::ranges::fill(targets, 0.0F);
  for (std::size_t row = 0; row < 99; ++row) {
    outputs(row, 1) = -5.0F;
    outputs(row, 2) = 5.0F;
  }
  calibrate_ends(layer, outputs, targets, 0.9);
  EXPECT_LT(layer.bias[1], 0.0F);
  EXPECT_GT(layer.bias[2], 0.0F);
  EXPECT_LT(layer.bias[2], 0.01F);
}

TEST(IntervalTraining, HoldsTheShareAndFollowsTheSpread) {
  const data::Table table = spreading(4000, 1);
  const data::Table unseen = spreading(10000, 2);
  for (const double share : {0.6, 0.9}) {
    const model::Model model = train_model(table, all_rows(table), small_network(share));
    EXPECT_EQ(recorded_interval(model), share);
    const Metrics metrics = evaluate(model, unseen, all_rows(unseen));
    // Sampling errors of 400 rows that calibrate and 10,000 that test: 3 deviations.
    EXPECT_NEAR(metrics.coverage, share, 3.0 * std::sqrt(share * (1 - share) * (1 / 400.0 + 1e-4)));
    model::Predictor predictor(model, 1);
    std::vector<float> narrow(3);
    std::vector<float> wide(3);
    predictor.predict({std::vector<float>{0.1F, 0.5F}.data(), 1, 2}, narrow);
    predictor.predict({std::vector<float>{0.9F, 0.5F}.data(), 1, 2}, wide);
    EXPECT_GT(wide[2] - wide[1], 2.0F * (narrow[2] - narrow[1]));
  }
}

TEST(IntervalTraining, NoMessageHasEndsThatCross) {
  data::Table table = spreading(600, 3);
  for (float& target : table.target) target = std::round(target);  // much at one value
  table.further_targets.clear();
  add_interval_targets(table);
  const model::Model model = train_model(table, all_rows(table), small_network(0.5));
  model::Predictor predictor(model, 1);
  std::vector<float> outputs(3);
  for (unsigned a = 0; a < model.levels()[0]; ++a) {
    for (unsigned b = 0; b < model.levels()[1]; ++b) {
      const quantize::Code codes[] = {static_cast<quantize::Code>(a),
                                      static_cast<quantize::Code>(b)};
      predictor.predict_codes(codes, 1, outputs);
      EXPECT_LT(outputs[1], outputs[0]);
      EXPECT_LT(outputs[0], outputs[2]);
    }
  }
}

TEST(IntervalTraining, WhatItIsNotForIsRefused) {
  data::Table classes = spreading(100, 1);
  classes.further_targets.clear();
  classes.classes = {"a", "b"};
  EXPECT_THROW(add_interval_targets(classes), base::OptionError);
  data::Table twice = spreading(100, 1);
  EXPECT_THROW(add_interval_targets(twice), base::OptionError);
  data::Table alone = spreading(200, 1);
  alone.further_targets.clear();
  EXPECT_THROW(train_model(alone, all_rows(alone), small_network(0.9)), base::OptionError);
  const data::Table few = spreading(99, 1);
  EXPECT_THROW(train_model(few, all_rows(few), small_network(0.9)), base::InputError);
  const auto refused = [](auto change) {
    Options options = small_network(0.9);
    validate(options);
    change(options);
    EXPECT_THROW(validate(options), base::OptionError);
  };
  refused([](Options& own) { own.method = quantize::Method::fp; });
  refused([](Options& own) { own.decoder = Decoder::boosted; });
  refused([](Options& own) { own.network = Network::tabm; });
  refused([](Options& own) { own.computed = Computed::forest; });
  refused([](Options& own) { own.objective.loss = inference::Loss::poisson; });
  for (const char* bad : {"0.9", "49%", "100%", "nan%", "%", "90 %"}) {
    EXPECT_THROW(parse_interval(bad), base::OptionError) << bad;
  }
  EXPECT_EQ(parse_interval("90%"), 0.9);
  EXPECT_EQ(interval_text(parse_interval("97.5%")), "97.5%");
}

}  // namespace
}  // namespace terse::train
