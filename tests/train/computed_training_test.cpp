#include "terse/train/computed_training.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "data/input_error.h"
#include "terse/base/order.h"
#include "terse/base/random.h"
#include "terse/model/encoder.h"
#include "terse/model/file.h"
#include "terse/model/message_difference.h"
#include "terse/train/joint.h"
#include "terse/train/metrics.h"
#include "terse/train/record.h"

namespace terse::train {
namespace {

data::Table some_table(std::size_t rows, std::uint64_t seed = 1) {
  base::Random random(seed);
  data::Table table;
  table.source = "some";
  table.feature_names = {"a", "b", "c"};
  table.feature_units = {"", "K", ""};
  table.target_name = "y";
  table.features = base::Matrix(rows, 3);
  for (std::size_t row = 0; row < rows; ++row) {
    double sum = 0.1 * random.normal();
    for (std::size_t f = 0; f < 3; ++f) {
      const double reading = random.normal();
      table.features(row, f) = static_cast<float>(reading);
      sum += std::tanh(reading) * (f == 2 ? 0.2 : 1.0);
    }
    table.target.push_back(static_cast<float>(sum));
  }
  return table;
}

Options some_options(Computed computed) {
  Options options;
  options.computed = computed;
  options.level_bits = 3;
  options.bits = 2;
  options.hidden = {24};
  options.epochs = 30;
  options.batch_rows = 64;
  options.learning_rate = 5e-3;
  options.midway = true;
  return options;
}

double test_loss(const model::Model& model) {
  const data::Table fresh = some_table(500, 2);
  return evaluate(model, fresh, all_rows(fresh)).mse;
}

std::vector<quantize::Code> codes_of(const model::Model& model, const data::Table& table) {
  std::vector<quantize::Code> codes(table.rows() * model.features.size());
  model::Encoder(model).encode(table.features, codes);
  return codes;
}

TEST(ComputedTraining, TheLevelAloneSaysMoreThanAsManyBitsOfReadings) {
  const data::Table table = some_table(1500);
  for (const Decoder decoder :
       {Decoder::network, Decoder::boosted, Decoder::extra_trees, Decoder::best}) {
    Options options = some_options(Computed::forest_alone);
    options.decoder = decoder;
    const model::Model model = train_model(table, all_rows(table), options);
    EXPECT_EQ(model.payload_bits(), 3U);
    EXPECT_EQ(model.readings(), 3U);
    EXPECT_EQ(model.features[1].unit, "K");
    EXPECT_EQ(model.features.back().name, "level of y");
    EXPECT_EQ(model.levels(), (std::vector<std::size_t>{1, 1, 1, 8}));
    EXPECT_LT(test_loss(model), 0.12);
    EXPECT_EQ(recorded_setting(model, "computed"), "forest-alone");
    EXPECT_EQ(recorded_setting(model, "encoder"), "");
    EXPECT_EQ(recorded_setting(model, "bits"), "");
    const model::Model back = model::from_bytes(model::to_bytes(model), "computed");
    EXPECT_EQ(codes_of(back, table), codes_of(model, table));
    for (const float cut : model.thresholds.of(3)) EXPECT_EQ(cut, std::floor(cut));
  }
  Options readings = some_options(Computed::nothing);
  readings.bits = 1;
  EXPECT_GT(test_loss(train_model(table, all_rows(table), readings)), 0.2);
}

TEST(ComputedTraining, TheLevelGoesBehindTheCodesOfReadings) {
  const data::Table table = some_table(1500);
  Options options = some_options(Computed::forest);
  const model::Model both = train_model(table, all_rows(table), options);
  EXPECT_EQ(both.levels(), (std::vector<std::size_t>{4, 4, 4, 8}));
  EXPECT_EQ(both.payload_bits(), 9U);
  EXPECT_EQ(recorded_setting(both, "bits"), "2");
  EXPECT_EQ(recorded_setting(both, "levels level of y"), "");
  EXPECT_LT(test_loss(both),
            test_loss(train_model(table, all_rows(table), some_options(Computed::nothing))));
  EXPECT_EQ(model::to_bytes(both), model::to_bytes(train_model(table, all_rows(table), options)));
}

// Rows that the forest has seen would look like better ones than any message will be.
TEST(ComputedTraining, CodesOfTrainingRowsAreCountedAsUnseenOnes) {
  const data::Table table = some_table(800);
  const model::Model model =
      train_model(table, all_rows(table), some_options(Computed::forest_alone));
  std::vector<std::uint64_t> own(8, 0);
  const auto codes = codes_of(model, table);
  for (std::size_t row = 0; row < table.rows(); ++row) ++own[codes[4 * row + 3]];
  EXPECT_NE(model.features.back().code_rows, own);
  std::uint64_t sum = 0;
  for (const std::uint64_t count : model.features.back().code_rows) sum += count;
  EXPECT_EQ(sum, 800U);
}

TEST(ComputedTraining, ARenewedDecoderKeepsTheForest) {
  for (const Computed computed : {Computed::forest, Computed::forest_alone}) {
    const data::Table before = some_table(800);
    const auto field = std::make_shared<const model::Model>(
        train_model(before, all_rows(before), some_options(computed)));
    data::Table table = some_table(900, 5);
    for (float& value : table.target) value = 3.0F - value;
    Options options = some_options(Computed::nothing);
    options.encoder = field;
    options.decoder = Decoder::boosted;
    EXPECT_TRUE(computes_features(options));
    const model::Model renewed = train_model(table, all_rows(table), options);
    EXPECT_EQ(model::message_difference(*field, renewed), "");
    EXPECT_EQ(codes_of(*field, before), codes_of(renewed, before));
    EXPECT_LT(evaluate(renewed, table, all_rows(table)).mse, 0.12);
    table.feature_names[0] = "other";
    EXPECT_NE(input_error([&] {
                train_model(table, all_rows(table), options);
              }).find("its features are not those of the encoder"),
              std::string::npos);
  }
}

TEST(ComputedTraining, TwoClassesHaveALevel) {
  data::Table table = some_table(1000);
  table.classes = {"low", "high"};
  for (float& value : table.target) value = value > 0.3F ? 1.0F : 0.0F;
  Options options = some_options(Computed::forest_alone);
  const model::Model model = train_model(table, all_rows(table), options);
  EXPECT_GT(evaluate(model, table, all_rows(table)).classes.accuracy, 0.9);
}

TEST(ComputedTraining, WhatCannotBeComputedIsRefused) {
  const data::Table table = some_table(60);
  const auto refusal = [&](const auto& change) {
    Options options = some_options(Computed::forest_alone);
    change(options);
    return input_error([&] { train_model(table, all_rows(table), options); });
  };
  EXPECT_EQ(refusal([](Options& o) { o.method = quantize::Method::fp; }),
            "computed: is for messages of codes, which method fp does not send; leave it out, or "
            "choose a method such as bw-sq");
  EXPECT_EQ(refusal([](Options& o) { o.drop_rate = 0.1; }),
            "computed: takes every reading: none may be missing; leave it or `drop_rate` out");
  data::Table constant = table;
  for (float& value : constant.target) value = 1.0F;
  constant.target.front() = 1.0000001F;
  EXPECT_EQ(input_error([&] {
              data::Table few = constant;
              train_model(few, std::vector<std::uint32_t>{1, 2, 3, 4},
                          some_options(Computed::forest_alone));
            }),
            "some: the forest says the same of every row; leave `computed` out, or give more rows");
}

}  // namespace
}  // namespace terse::train
