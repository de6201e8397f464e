#include "terse/train/joint.h"
#include "terse/train/observer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "data/input_error.h"
#include "terse/base/random.h"
#include "terse/data/frame.h"
#include "terse/data/split.h"
#include "terse/model/file.h"
#include "terse/model/predictor.h"
#include "terse/train/metrics.h"
#include "terse/train/options.h"

namespace terse::train {
namespace {

data::Table fried(const std::string& name) {
  const data::Frame frame = data::read_frame(name, {});
  return data::select(frame, {.target = frame.default_target});
}

Options small_options(quantize::Method method) {
  Options options;
  options.method = method;
  options.bits = 2;
  options.hidden = {16, 16};
  options.epochs = 4;
  return options;
}

struct Outcome {
  model::Model model;
  Metrics test;
};

Outcome train_and_test(const data::Table& table, const Options& options) {
  const data::Split split = data::random_split(table.rows(), options.test_fraction, options.seed);
  Outcome outcome{train_model(table, split.train, options), {}};
  outcome.test = evaluate(outcome.model, table, split.test);
  return outcome;
}

// y = exp(x + noise): the mean, the median and the 90 % quantile are known.
data::Table noisy_table(std::size_t rows) {
  base::Random random(8);
  data::Table table;
  table.source = "noisy";
  table.feature_names = {"x"};
  table.target_name = "y";
  table.features = base::Matrix(rows, 1);
  for (std::size_t row = 0; row < rows; ++row) {
    table.features(row, 0) = static_cast<float>(random.uniform());
    const double logarithm = static_cast<double>(table.features(row, 0)) + 0.5 * random.normal();
    table.target.push_back(static_cast<float>(std::exp(logarithm)));
  }
  return table;
}

double share_below(const model::Model& model, const data::Table& table) {
  model::Predictor predictor(model);
  std::vector<float> predictions(table.rows());
  predictor.predict(table.features, predictions);
  double below = 0.0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    below += table.target[row] < predictions[row] ? 1.0 : 0.0;
  }
  return below / static_cast<double>(table.rows());
}

TEST(Joint, LossesPredictMeansMediansAndQuantiles) {
  const data::Table table = noisy_table(4000);
  Options options = small_options(quantize::Method::bw_sq);
  options.epochs = 30;
  options.learning_rate = 3e-3;
  const auto share = [&](const Objective& objective) {
    options.objective = objective;
    return share_below(train_and_test(table, options).model, table);
  };
  EXPECT_NEAR(share({.loss = inference::Loss::quantile, .quantile = 0.9}), 0.9, 0.03);
  EXPECT_NEAR(share({.loss = inference::Loss::quantile, .quantile = 0.1}), 0.1, 0.03);
  EXPECT_NEAR(share({.loss = inference::Loss::absolute_error}), 0.5, 0.04);
  EXPECT_NEAR(share({.scale = TargetScale::log}), 0.5, 0.04);
  // The mean of a log-normal number lies half a variance above its median: at 0.25 deviations.
  EXPECT_NEAR(share({}), 0.599, 0.04);
  EXPECT_NEAR(share({.loss = inference::Loss::poisson}), 0.599, 0.04);
}

TEST(Joint, RowsOfWeightZeroTeachNothing) {
  data::Table table = fried("fried:2000");
  data::Table other = table;
  table.weights.assign(table.rows(), 1.0F);
  other.weights = table.weights;
  for (std::size_t row = 0; row < table.rows(); row += 2) {
    table.weights[row] = other.weights[row] = 0.0F;
    // Swapped, so that mean and deviation of the target stay.
    if (row + 4 <= table.rows()) std::swap(other.target[row], other.target[row + 2]);
  }
  Options options = small_options(quantize::Method::bw_qq);
  options.test_fraction = 0.0;
  const auto rows = all_rows(table);
  const auto weights = [&](const data::Table& data) {
    const model::Model model = train_model(data, rows, options);
    return std::get<model::decoder::Lookup>(model.decoder).table;
  };
  const base::Matrix first = weights(table);
  const base::Matrix second = weights(other);
  for (std::size_t i = 0; i < first.values().size(); ++i) {
    ASSERT_NEAR(first.values()[i], second.values()[i], 1e-4);
  }
}

class EveryMethod : public testing::TestWithParam<quantize::Method> {};

TEST_P(EveryMethod, LearnsMoreThanTheMean) {
  const data::Table table = fried("fried:4000");
  Options options = small_options(GetParam());
  options.epochs = 20;
  // Learned tables are hard only once the temperature is far below what their logits differ by.
  options.temperature_end = 1e-4;
  const Outcome outcome = train_and_test(table, options);
  // Two bits leave 0.137 of the variance (paper, table 11) after full training; the mean leaves 1.
  EXPECT_LT(outcome.test.mse, 0.5);
  EXPECT_EQ(outcome.model.features.size(), 10U);
  EXPECT_EQ(outcome.model.payload_bits(), quantize::full_precision(GetParam()) ? 320U : 20U);
}

TEST_P(EveryMethod, SameSeedGivesTheSameBytesAndAnotherSeedOthers) {
  const data::Table table = fried("fried:2000");
  Options options = small_options(GetParam());
  options.threads = 2;
  const auto first = model::to_bytes(train_and_test(table, options).model);
  EXPECT_EQ(first, model::to_bytes(train_and_test(table, options).model));
  options.seed = 1;
  EXPECT_NE(first, model::to_bytes(train_and_test(table, options).model));
}

TEST_P(EveryMethod, PredictionsDependOnReadingsOnlyThroughCodes) {
  if (quantize::full_precision(GetParam())) return;
  const data::Table table = fried("fried:2000");
  const model::Model model = train_and_test(table, small_options(GetParam())).model;
  model::Predictor predictor(model);
  std::vector<float> from_readings(table.rows());
  std::vector<float> from_codes(table.rows());
  std::vector<quantize::Code> codes(table.rows() * model.features.size());
  predictor.predict(table.features, from_readings);
  predictor.encode(table.features, codes);
  predictor.predict_codes(codes, table.rows(), from_codes);
  EXPECT_EQ(from_readings, from_codes);
}

INSTANTIATE_TEST_SUITE_P(Train, EveryMethod, testing::ValuesIn(quantize::all_methods),
                         [](const auto& test) {
                           std::string name(quantize::id(test.param));
                           std::erase(name, '-');
                           return name;
                         });

TEST(Joint, ReportsEveryStepAndTheFallingTemperature) {
  const data::Table table = fried("fried:1100");
  std::vector<Progress> seen;
  Observer observer;
  observer.on_step = [&](const Progress& progress) { seen.push_back(progress); };
  Options options = small_options(quantize::Method::bw_sq);
  options.learning_rate = 1e-2;
  std::vector<std::uint32_t> rows(1100);
  std::iota(rows.begin(), rows.end(), 0U);
  train_model(table, rows, options, observer);
  // Two full batches and a short one in each of four epochs.
  ASSERT_EQ(seen.size(), 12U);
  EXPECT_EQ(seen.back().step, seen.back().steps);
  EXPECT_FLOAT_EQ(seen.front().temperature, 1.0F);
  EXPECT_NEAR(seen.back().temperature, std::pow(1e-3, 0.75), 1e-6);
  EXPECT_LT(seen.back().loss, seen.front().loss);
}

TEST(Joint, StopsWhenAsked) {
  const data::Table table = fried("fried:2000");
  std::atomic<bool> stop{false};
  Observer observer;
  observer.stop = &stop;
  std::size_t steps = 0;
  observer.on_step = [&](const Progress&) { stop = ++steps == 3; };
  std::vector<std::uint32_t> rows(2000);
  std::iota(rows.begin(), rows.end(), 0U);
  EXPECT_THROW(train_model(table, rows, small_options(quantize::Method::bw_sq), observer),
               Interrupted);
  EXPECT_EQ(steps, 3U);
}

TEST(Joint, DivergenceStopsWithAdvice) {
  const data::Table table = fried("fried:2000");
  Options options = small_options(quantize::Method::fp);
  // Adam's first step moves every weight by the learning rate; sums of 64 units then grow 64-fold
  // per layer and overflow float32 long before the sixtieth.
  options.learning_rate = 1.0;
  options.hidden = std::vector<std::size_t>(60, 64);
  std::vector<std::uint32_t> rows(2000);
  std::iota(rows.begin(), rows.end(), 0U);
  try {
    train_model(table, rows, options);
    ADD_FAILURE() << "a diverging training returned a model";
  } catch (const base::JobError& error) {
    EXPECT_NE(std::string(error.what()).find("lower `learning_rate`"), std::string::npos)
        << error.what();
  }
}

TEST(Joint, LevelsPerFeatureReachTheMessage) {
  const data::Table table = fried("fried:2000");
  Options options = small_options(quantize::Method::bw_sq);
  for (std::size_t f = 5; f < 10; ++f) options.levels.emplace_back(table.feature_names[f], 1);
  options.levels.emplace_back(table.feature_names[0], 5);
  options.packing = payload::Packing::radix;
  const model::Model model = train_and_test(table, options).model;
  EXPECT_EQ(model.levels(), (std::vector<std::size_t>{5, 4, 4, 4, 4, 1, 1, 1, 1, 1}));
  // 5 * 4^4 = 1280 messages need 11 bits.
  EXPECT_EQ(model.payload_bits(), 11U);
}

// a = 3 x0 - 2 x1 + 10; b is a class by x2 + x3; c = x2 x3.
data::Table several_table(std::size_t rows) {
  base::Random random(17);
  data::Table table;
  table.source = "several";
  table.feature_names = {"x0", "x1", "x2", "x3"};
  table.target_name = "a";
  table.features = base::Matrix(rows, 4);
  table.further_targets = {{"b", 0.0, {}, {"low", "high"}}, {"c"}};
  for (std::size_t row = 0; row < rows; ++row) {
    for (float& reading : table.features.row(row)) reading = static_cast<float>(random.uniform());
    const auto x = table.features.row(row);
    table.target.push_back(3.0F * x[0] - 2.0F * x[1] + 10.0F);
    table.further_targets[0].values.push_back(x[2] + x[3] > 1.0F ? 1.0F : 0.0F);
    table.further_targets[1].values.push_back(x[2] * x[3]);
  }
  return table;
}

// The same with one target alone.
data::Table one_of(const data::Table& all, std::size_t index) {
  data::Table table = all;
  const data::TargetView target = all.target_view(index);
  table.target_name = target.name;
  table.target.assign(target.values.begin(), target.values.end());
  table.classes = target.classes;
  table.further_targets.clear();
  return table;
}

Options options_of_several(Decoder decoder) {
  Options options = small_options(quantize::Method::bw_sq);
  options.bits = 3;
  options.hidden = {32, 32};
  options.epochs = 30;
  options.batch_rows = 64;
  options.average = 0.25;
  options.decoder = decoder;
  return options;
}

TEST(SeveralTargets, AreAsGoodAsModelsOfTheirOwn) {
  const data::Table table = several_table(2000);
  for (const Decoder decoder : {Decoder::network, Decoder::boosted}) {
    const Options options = options_of_several(decoder);
    const Outcome joint = train_and_test(table, options);
    ASSERT_EQ(joint.test.targets.size(), 3U);
    EXPECT_EQ(joint.model.payload_bits(), 12U);
    for (std::size_t t = 0; t < 3; ++t) {
      const Outcome alone = train_and_test(one_of(table, t), options);
      EXPECT_EQ(joint.test.targets[t].target, table.target_view(t).name);
      EXPECT_LT(joint.test.targets[t].loss(), 1.25 * alone.test.loss() + 0.003) << t;
    }
    EXPECT_GT(joint.test.targets[1].classes.accuracy, 0.9);
    const double mean = (joint.test.targets[0].loss() + joint.test.targets[1].loss() +
                         joint.test.targets[2].loss()) /
                        3.0;
    EXPECT_NEAR(joint.test.loss(), mean, 1e-12);
  }
}

TEST(SeveralTargets, WeightsSayWhichMatters) {
  const data::Table table = several_table(800);
  Options options = options_of_several(Decoder::network);
  options.bits = 1;
  options.epochs = 8;
  options.target_weights = {{"a", 1000.0}};
  const Outcome first = train_and_test(table, options);
  options.target_weights = {{"c", 1000.0}};
  const Outcome last = train_and_test(table, options);
  EXPECT_LT(first.test.targets[0].loss(), last.test.targets[0].loss());
  EXPECT_GT(first.test.targets[2].loss(), last.test.targets[2].loss());
  EXPECT_EQ(first.model.targets()[0].weight, 1000.0);
  EXPECT_EQ(first.model.targets()[1].weight, 1.0);
}

TEST(SeveralTargets, BestIsChosenByTheWeightedLoss) {
  const data::Table table = several_table(400);
  Options options = options_of_several(Decoder::best);
  options.epochs = 4;
  const model::Model model = train_model(table, all_rows(table), options);
  const auto& [name, chosen] = model.record.settings.back();
  EXPECT_EQ(name, "decoder chosen");
  EXPECT_NE(chosen.find("weighted loss of 40 rows set aside: network "), std::string::npos);
  EXPECT_EQ(chosen.find("stack"), std::string::npos);
  const Metrics metrics = evaluate(model, table, all_rows(table));
  const auto named = metrics.named();
  EXPECT_EQ(named.front().first, "loss");
  EXPECT_EQ(named[1].first, "mse a");
  EXPECT_EQ(named.back().first, "r2 c");
}

TEST(SeveralTargets, WhatCannotTakeThemSaysSo) {
  const data::Table table = several_table(100);
  const auto refusal = [&](const data::Table& own, const Options& options) {
    return input_error([&] { train_model(own, all_rows(own), options); });
  };
  for (const Decoder decoder : {Decoder::stack, Decoder::extra_trees}) {
    EXPECT_NE(refusal(table, options_of_several(decoder)).find("does not decode several targets"),
              std::string::npos);
  }
  Options options = options_of_several(Decoder::network);
  options.target_weights = {{"x0", 2.0}};
  EXPECT_EQ(refusal(table, options),
            "target_weight: 'x0' is not a target; give the weights of names in `target`");
  EXPECT_EQ(refusal(one_of(table, 0), options),
            "target_weight: is for several targets; leave it out, or name several in `target`");
}

}  // namespace
}  // namespace terse::train
