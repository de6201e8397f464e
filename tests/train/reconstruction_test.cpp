#include "terse/train/reconstruction.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "terse/base/error.h"
#include "terse/base/random.h"
#include "terse/train/joint.h"
#include "terse/train/metrics.h"
#include "terse/train/option_table.h"

namespace terse::train {
namespace {

data::Table table_of(std::size_t rows) {
  data::Table table;
  table.source = "room";
  table.feature_names = {"temperature", "state"};
  table.categories = {{}, {"off", "on"}};
  table.features = base::Matrix(rows, 2);
  base::Random random(3, 1);
  for (std::size_t row = 0; row < rows; ++row) {
    table.features(row, 0) = static_cast<float>(20.0 + 4.0 * random.uniform());
    table.features(row, 1) = static_cast<float>(row % 2);
  }
  table.features(0, 0) = 20.0F;
  table.features(1, 0) = 24.0F;
  return table;
}

Options reconstructing() {
  Options options;
  options.method = quantize::Method::bw_qq;
  options.decoder = Decoder::boosted;
  options.reconstruct = true;
  return options;
}

TEST(Reconstruction, ReadingsBecomeTargets) {
  data::Table table = table_of(10);
  table.feature_origins = {100.0, 0.0};
  target_the_readings(table);
  ASSERT_EQ(table.targets(), 2U);
  EXPECT_EQ(table.target_view(0).name, "temperature");
  EXPECT_EQ(table.target_view(0).origin, 100.0);
  EXPECT_EQ(table.target_view(0).values[1], 24.0F);
  EXPECT_EQ(table.target_view(1).classes, (std::vector<std::string>{"off", "on"}));
}

TEST(Reconstruction, WhatIsNotKnownIsRefused) {
  data::Table gap = table_of(10);
  gap.features(3, 0) = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(target_the_readings(gap), base::InputError);
  data::Table unseen = table_of(10);
  unseen.features(3, 1) = 2.0F;
  EXPECT_THROW(target_the_readings(unseen), base::InputError);
  data::Table wide;
  wide.features = base::Matrix(1, 101);
  wide.feature_names.resize(101);
  EXPECT_THROW(target_the_readings(wide), base::OptionError);
}

TEST(Reconstruction, TolerancesAreInUnitsOrPercentOfTheRange) {
  const data::Table table = table_of(40);
  const auto units = [&](const std::string& text) {
    Options options = reconstructing();
    options.tolerances = parse_tolerances(text);
    options = reconstruction_options(table, all_rows(table), options, [](unsigned) {});
    EXPECT_EQ(options.method, quantize::Method::bw_mq);
    EXPECT_FALSE(options.midway);
    EXPECT_EQ(options.tolerances.size(), 1U);
    return options.tolerances.front().value;
  };
  EXPECT_EQ(units("temperature=0.25"), 0.25);
  EXPECT_EQ(units("temperature=5%"), 0.2);
  EXPECT_EQ(units("5%"), 0.2);
  EXPECT_EQ(units("50%,temperature=0.5"), 0.5);
  EXPECT_EQ(units("temperature=0.5,50%"), 0.5);
  EXPECT_THROW(units("state=1"), base::OptionError);
  EXPECT_THROW(units("other=1"), base::OptionError);
}

TEST(Reconstruction, EveryTrainingRowIsWithinItsTolerance) {
  data::Table table = table_of(500);
  target_the_readings(table);
  Options options = reconstructing();
  options.tolerances = parse_tolerances("temperature=0.1");
  const model::Model model = train_model(table, all_rows(table), options);
  ASSERT_TRUE(gives_back_readings(model));
  EXPECT_EQ(recorded_tolerances(model), (std::vector<double>{0.1, 0.0}));
  EXPECT_EQ(model.levels()[0], 21U);
  const Metrics metrics = evaluate(model, table, all_rows(table));
  EXPECT_LE(metrics.targets[0].error_worst, 0.1 + 1e-5);
  EXPECT_EQ(metrics.targets[0].tolerance, 0.1);
  EXPECT_EQ(metrics.targets[1].classes.accuracy, 1.0);
}

TEST(Reconstruction, ARecordAloneDoesNotMakeOne) {
  model::Model model;
  model.features = {{.name = "a", .unit = ""}};
  model.target_name = "a";
  EXPECT_FALSE(gives_back_readings(model));
  Options options;
  options.tolerances = {{"a", 0.5}};
  record_reconstruction(model, options);
  EXPECT_TRUE(gives_back_readings(model));
  EXPECT_EQ(recorded_tolerances(model), (std::vector<double>{0.5}));
  model.target_name = "b";
  EXPECT_FALSE(gives_back_readings(model));
}

TEST(Reconstruction, OptionsThatDoNotGoWithItAreRefused) {
  const auto refused = [](auto change) {
    Options options = reconstructing();
    validate(options);
    change(options);
    EXPECT_THROW(validate(options), base::OptionError);
  };
  refused([](Options& own) { own.method = quantize::Method::xgb; });
  refused([](Options& own) { own.decoder = Decoder::stack; });
  refused([](Options& own) { own.decoder = Decoder::extra_trees; });
  refused([](Options& own) { own.computed = Computed::forest; });
  refused([](Options& own) { own.objective.loss = inference::Loss::absolute_error; });
  refused([](Options& own) { own.interval = 0.9; });
  refused([](Options& own) {
    own.tolerances = {{"a", 1.0}};
    own.reconstruct = false;
  });
}

TEST(Reconstruction, TolerancesAreReadAndWrittenAlike) {
  const char* text = "temperature=0.2,humidity=2%,1%";
  EXPECT_EQ(tolerances_text(parse_tolerances(text)), text);
  EXPECT_TRUE(parse_tolerances("").empty());
  for (const char* bad :
       {"a", "a=0", "a=-1", "a=nan", "a=inf", "=1", "a=1,a=2", "1%,2%", "a=1%%", "a=", "a=%"}) {
    EXPECT_THROW(parse_tolerances(bad), base::OptionError) << bad;
  }
}

}  // namespace
}  // namespace terse::train
