#include "terse/train/stacked_decoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/input_error.h"
#include "terse/base/random.h"
#include "terse/model/file.h"
#include "terse/train/joint.h"
#include "terse/train/metrics.h"
#include "terse/train/options.h"

namespace terse::train {
namespace {

// A smooth part, which networks learn, and steps, which trees do.
data::Table some_table(std::size_t rows, std::uint64_t seed = 1) {
  base::Random random(seed);
  data::Table table;
  table.source = "some";
  table.feature_names = {"a", "b", "c"};
  table.categories = {{}, {}, {"x", "y", "z"}};
  table.target_name = "y";
  table.features = base::Matrix(rows, 3);
  for (std::size_t row = 0; row < rows; ++row) {
    const double a = random.uniform();
    const double b = random.uniform();
    const auto c = static_cast<double>(random.below(3));
    table.features(row, 0) =
        row % 20 == 0 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(a);
    table.features(row, 1) = static_cast<float>(b);
    table.features(row, 2) = static_cast<float>(c);
    const double step = std::fmod(8.0 * b, 2.0) < 1.0 ? c : -c;
    table.target.push_back(static_cast<float>(2.0 * a + step + 0.3 * random.normal()));
  }
  return table;
}

Options some_options(Decoder decoder) {
  Options options;
  options.method = quantize::Method::bw_qq;
  options.bits = 4;
  options.hidden = {16};
  options.epochs = 8;
  options.batch_rows = 64;
  options.learning_rate = 5e-3;
  options.decoder = decoder;
  return options;
}

TEST(StackedDecoder, NoWorseThanItsMembersAndTheSameBitsAgain) {
  const data::Table table = some_table(1000);
  const data::Table fresh = some_table(1000, 2);
  const auto rows = all_rows(table);
  const auto loss = [&](Decoder decoder) {
    return evaluate(train_model(table, rows, some_options(decoder)), fresh, rows).loss();
  };
  const model::Model stack = train_model(table, rows, some_options(Decoder::stack));
  const double own = evaluate(stack, fresh, rows).loss();
  for (const Decoder member : {Decoder::network, Decoder::boosted, Decoder::extra_trees}) {
    EXPECT_LT(own, 1.03 * loss(member));
  }
  EXPECT_EQ(stack.record.settings.back().first, "decoder chosen");
  EXPECT_NE(stack.record.settings.back().second.find("of 4 folds: network "), std::string::npos);
  EXPECT_LE(model::to_bytes(stack).size(), stack_bytes_max);
  Options threads = some_options(Decoder::stack);
  const auto bytes = model::to_bytes(train_model(table, rows, threads));
  EXPECT_EQ(bytes, model::to_bytes(stack));
}

TEST(StackedDecoder, ClassesRatesAndWeights) {
  data::Table table = some_table(300);
  const auto rows = all_rows(table);
  data::Table classes = table;
  classes.classes = {"low", "middle", "high"};
  for (float& target : classes.target) target = target < 0.0F ? 0.0F : target < 2.0F ? 1.0F : 2.0F;
  for (const Decoder decoder : {Decoder::extra_trees, Decoder::stack}) {
    // Two classes are quicker than three.
    if (decoder == Decoder::stack) {
      classes.classes.pop_back();
      for (float& target : classes.target) target = std::min(target, 1.0F);
    }
    const model::Model model = train_model(classes, rows, some_options(decoder));
    EXPECT_LT(evaluate(model, classes, rows).loss(), 0.8);
  }
  Options options = some_options(Decoder::stack);
  for (float& target : table.target) target = std::exp(0.5F * target);
  options.objective.loss = inference::Loss::poisson;
  table.weights.assign(table.rows(), 1.0F);
  table.weights.front() = 3.0F;
  EXPECT_GT(evaluate(train_model(table, rows, options), table, rows).r2, 0.5);
  options.objective = {.loss = inference::Loss::absolute_error, .scale = TargetScale::log};
  EXPECT_GT(evaluate(train_model(table, rows, options), table, rows).r2, 0.5);
}

TEST(StackedDecoder, WhatDoesNotGoTogetherIsRefusedAtOnce) {
  const data::Table table = some_table(100);
  const auto refused = [&](Options options) {
    return input_error([&] { train_model(table, all_rows(table), options); });
  };
  Options options = some_options(Decoder::stack);
  options.objective.loss = inference::Loss::quantile;
  EXPECT_NE(refused(options).find("quantile"), std::string::npos);
  options = some_options(Decoder::stack);
  options.method = quantize::Method::xgb_qq;
  EXPECT_NE(refused(options).find("has no network"), std::string::npos);
  options = some_options(Decoder::extra_trees);
  options.method = quantize::Method::xgb;
  EXPECT_NE(refused(options).find("has no codes"), std::string::npos);
}

TEST(StackedDecoder, PlansSayWhatTheyAre) {
  StackPlan plan;
  plan.weights = {0.25, 0.0, 0.75, 0.0};
  EXPECT_EQ(plan_text(plan), "stack of 0.25 network + 0.75 boosted deeper");
  plan.weights = {0.0, 0.0, 0.0, 1.0};
  plan.reason = "why";
  EXPECT_EQ(plan_text(plan), "extra-trees (why)");
}

}  // namespace
}  // namespace terse::train
