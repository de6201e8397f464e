#include "terse/train/options.h"
#include "terse/train/option_table.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "terse/base/error.h"

namespace terse::train {
namespace {

TEST(Options, DefaultsAreValidAndTheProtocols) {
  const Options options;
  EXPECT_NO_THROW(validate(options));
  EXPECT_EQ(options.batch_rows, 512U);
  EXPECT_DOUBLE_EQ(options.learning_rate, 1e-3);
  EXPECT_EQ(options.schedule, quantize::Schedule::exponential);
}

TEST(Options, EveryOptionOutOfRangeIsNamed) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::pair<std::string, std::function<void(Options&)>>> cases = {
      {"bits", [](Options& o) { o.bits = 0; }},
      {"bits", [](Options& o) { o.bits = 9; }},
      {"levels",
       [](Options& o) {
         o.levels = {{"a", 0}};
       }},
      {"levels",
       [](Options& o) {
         o.levels = {{"a", 257}};
       }},
      {"start",
       [](Options& o) {
         o.method = quantize::Method::bw_qq;
         o.start = quantize::ThresholdStart::tree;
       }},
      {"decoder",
       [](Options& o) {
         o.method = quantize::Method::fp;
         o.decoder = Decoder::boosted;
       }},
      {"decoder",
       [](Options& o) {
         o.method = quantize::Method::fp;
         o.decoder = Decoder::best;
       }},
      {"start", [](Options& o) { o.start = quantize::ThresholdStart::none; }},
      {"hidden", [](Options& o) { o.hidden = {}; }},
      {"hidden",
       [](Options& o) {
         o.hidden = {16, 0};
       }},
      {"hidden", [](Options& o) { o.hidden.assign(65, 4); }},
      {"epochs", [](Options& o) { o.epochs = 0; }},
      {"batch", [](Options& o) { o.batch_rows = 0; }},
      {"learning_rate", [](Options& o) { o.learning_rate = 0; }},
      {"learning_rate", [nan](Options& o) { o.learning_rate = nan; }},
      {"threshold_rate_factor", [](Options& o) { o.threshold_rate_factor = -1; }},
      {"dropout", [](Options& o) { o.dropout = 1; }},
      {"dropout", [nan](Options& o) { o.dropout = nan; }},
      {"temperature_end", [](Options& o) { o.temperature_end = 1e-5; }},
      {"test_fraction", [](Options& o) { o.test_fraction = 1; }},
      {"threads", [](Options& o) { o.threads = 0; }},
  };
  for (const auto& [option, spoil] : cases) {
    Options options;
    spoil(options);
    try {
      validate(options);
      ADD_FAILURE() << option << " out of range was accepted";
    } catch (const base::OptionError& error) {
      EXPECT_EQ(error.source(), option);
      EXPECT_FALSE(error.remedy().empty());
    }
  }
}

TEST(Options, ThresholdsStartWhereAskedOrWhereTheMethodHasThem) {
  Options options;
  EXPECT_EQ(start_of(options), quantize::ThresholdStart::quantile);
  options.start = quantize::ThresholdStart::kmeans;
  EXPECT_EQ(start_of(options), quantize::ThresholdStart::kmeans);
  EXPECT_NO_THROW(validate(options));
  EXPECT_EQ(settings(options).back(), (std::pair<std::string, std::string>("start", "kmeans")));
}

TEST(Options, LevelsComeFromBitsUnlessNamed) {
  Options options;
  options.bits = 3;
  options.levels = {{"b", 5}, {"c", 1}};
  EXPECT_EQ(feature_levels(options, {"a", "b", "c"}), (std::vector<std::size_t>{8, 5, 1}));
  EXPECT_THROW(feature_levels(options, {"a", "b"}), base::InputError);
}

TEST(Options, HiddenLayersReadAndWrittenAlike) {
  EXPECT_EQ(parse_hidden("5x128"), std::vector<std::size_t>(5, 128));
  EXPECT_EQ(parse_hidden("256,128,64"), (std::vector<std::size_t>{256, 128, 64}));
  EXPECT_EQ(parse_hidden("7"), (std::vector<std::size_t>{7}));
  EXPECT_EQ(hidden_text({128, 128}), "2x128");
  EXPECT_EQ(hidden_text({256, 128}), "256,128");
  for (const char* wrong : {"", "x", "5x", "x5", "0x8", "5x0", "-1x5", "5,,6", "5,", "5x5x5", "abc",
                            "99999999999999999999", "1000000x1", "5 x 5"}) {
    EXPECT_THROW(parse_hidden(wrong), base::InputError) << wrong;
  }
}

TEST(Options, SettingsNameEveryChoice) {
  Options options;
  options.levels = {{"a", 5}};
  const auto all = settings(options);
  EXPECT_EQ(all.front(), (std::pair<std::string, std::string>{"method", "bw-sq"}));
  EXPECT_EQ(all.back(), (std::pair<std::string, std::string>{"levels a", "5"}));
}

TEST(Options, LevelsAreWrittenAndReadBack) {
  const std::vector<std::pair<std::string, std::size_t>> levels = {{"a=b", 5}, {"c d", 16}};
  EXPECT_EQ(levels_text(levels), "a=b=5,c d=16");
  EXPECT_EQ(parse_levels("a=b=5,c d=16"), levels);
  EXPECT_TRUE(parse_levels("").empty());
  for (const char* text : {"a", "=5", "a=", "a=5x", "a=-1", ",a=5", "a=5,,b=2"}) {
    EXPECT_THROW(parse_levels(text), base::OptionError) << text;
  }
}

}  // namespace
}  // namespace terse::train
