#include "terse/study/setting.h"

#include <gtest/gtest.h>

#include "terse/base/error.h"
#include "terse/train/option_table.h"

namespace terse::study {
namespace {

TEST(Setting, EverySettingOfATrainingIsReadBack) {
  train::Options options;
  options.method = quantize::Method::sq;
  options.bits = 7;
  options.levels = {{"wind speed", 5}};
  options.hidden = {32, 16};
  options.epochs = 3;
  options.batch_rows = 64;
  options.learning_rate = 3e-4;
  options.threshold_rate_factor = 2;
  options.dropout = 0.1;
  options.schedule = quantize::Schedule::cosine;
  options.temperature_end = 1e-2;
  options.test_fraction = 0.25;
  options.threads = 3;
  options.class_weights = train::ClassWeights::balanced;
  options.drop_rate = 0.05;
  options.unseen_level = true;
  const Settings written = train::settings(options);
  EXPECT_EQ(train::settings(with_settings({}, written, "test")), written);
}

TEST(Setting, LayersAndUnitsVaryApart) {
  const train::Options options =
      with_settings({}, {{"hidden_layers", "6"}, {"units", "32"}}, "test");
  EXPECT_EQ(train::hidden_text(options.hidden), "6x32");
}

TEST(Setting, WhatDoesNotFitIsNamed) {
  const Settings bad[] = {{{"epochs", "many"}},   {{"method", "magic"}},   {{"hidden_layers", "0"}},
                          {{"schedule", "none"}}, {{"bits", "9"}},         {{"dropout", "0.5x"}},
                          {{"colour", "red"}},    {{"levels a", "-1"}},    {{"hidden", "0x0"}},
                          {{"unseen", "yes"}},    {{"class_weights", "1"}}};
  for (const Settings& settings : bad) {
    EXPECT_THROW(with_settings({}, settings, "space.json"), base::InputError) << settings[0].first;
  }
}

}  // namespace
}  // namespace terse::study
