#include "terse/train/option_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "terse/base/error.h"

namespace terse::train {
namespace {

// A value next to `value`, beyond it in the direction of `towards`.
OptionValue beyond(const OptionValue& kind, double value, double towards) {
  if (std::holds_alternative<double>(kind)) return std::nextafter(value, towards);
  return static_cast<std::uint64_t>(towards > value ? value + 1 : value - 1);
}

OptionValue at(const OptionValue& kind, double value) {
  if (std::holds_alternative<double>(kind)) return value;
  return static_cast<std::uint64_t>(value);
}

bool is_lower_case_words(std::string_view name) {
  const bool letters = std::ranges::all_of(
      name, [](char letter) { return (letter >= 'a' && letter <= 'z') || letter == '_'; });
  return letters && !name.starts_with('_') && !name.ends_with('_') &&
         name.find("__") == std::string_view::npos && !name.empty();
}

std::string refused(const TrainingOption& option, const OptionValue& value) {
  Options options;
  option.set(options, value);
  try {
    validate(options);
  } catch (const base::OptionError& error) {
    return error.source();
  }
  return "";
}

TEST(OptionTable, NamesAreDistinctWordsAndEveryRowIsDocumented) {
  std::set<std::string_view> names;
  for (const TrainingOption& option : training_options()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    EXPECT_TRUE(is_lower_case_words(option.name)) << option.name;
    EXPECT_GE(option.text.size(), 10U) << option.name;
    EXPECT_EQ(option.text.find("--"), std::string_view::npos) << option.name;
    EXPECT_EQ(find_training_option(option.name), &option);
  }
  EXPECT_EQ(find_training_option("tau"), nullptr);
  EXPECT_EQ(names.size(), 38U);
}

TEST(OptionTable, WhatIsReadCanBeSetAndIsThenReadAgain) {
  for (const TrainingOption& option : training_options()) {
    const OptionValue before = option.default_value();
    if (text_of(before).empty()) continue;  // nothing is chosen
    const auto parsed = parse_value(option, text_of(before));
    ASSERT_TRUE(parsed.has_value()) << option.name;
    EXPECT_EQ(*parsed, before) << option.name;
    Options options;
    option.set(options, *parsed);
    EXPECT_EQ(option.get(options), before) << option.name;
    EXPECT_EQ(settings(options).size(), settings({}).size() + (option.name == "start" ? 1 : 0));
  }
}

TEST(OptionTable, EveryChoiceIsTakenAndNoOtherWord) {
  for (const TrainingOption& option : training_options()) {
    for (const std::string_view choice : option.choices) {
      Options options;
      option.set(options, std::string(choice));
      EXPECT_EQ(option.get(options), OptionValue(std::string(choice))) << option.name;
    }
    if (option.choices.empty()) continue;
    EXPECT_TRUE(option.default_value() == OptionValue(std::string()) ||
                std::ranges::count(option.choices, std::get<std::string>(option.default_value())) ==
                    1);
    Options options;
    try {
      option.set(options, std::string("nonsense"));
      ADD_FAILURE() << option.name << " took nonsense";
    } catch (const base::OptionError& error) {
      EXPECT_EQ(error.source(), option.name);
      EXPECT_FALSE(error.remedy().empty());
    }
  }
}

TEST(OptionTable, NumbersAreTakenUpToTheirBoundsAndNoFurther) {
  std::size_t numbers = 0;
  for (const TrainingOption& option : training_options()) {
    const OptionValue kind = option.default_value();
    if (!option.is_number() || option.name == "seed") continue;
    ++numbers;
    const OptionRange& range = option.range;
    const double infinity = std::numeric_limits<double>::infinity();
    EXPECT_EQ(refused(option, at(kind, range.low)), range.above_low ? option.name : "");
    EXPECT_EQ(refused(option, at(kind, range.high)), range.below_high ? option.name : "");
    if (range.low > 0 || std::holds_alternative<double>(kind)) {
      EXPECT_EQ(refused(option, beyond(kind, range.low, -infinity)), option.name);
    }
    EXPECT_EQ(refused(option, beyond(kind, range.high, infinity)), option.name);
    EXPECT_FALSE(parse_value(option, "nonsense").has_value());
    EXPECT_FALSE(parse_value(option, "1 ").has_value());
    if (std::holds_alternative<double>(kind)) {
      EXPECT_EQ(refused(option, std::numeric_limits<double>::quiet_NaN()), option.name);
    }
  }
  EXPECT_GE(numbers, 11U);
}

TEST(OptionTable, AWholeNumberThatIsTooLargeForItsFieldIsNotCutShort) {
  EXPECT_EQ(refused(*find_training_option("bits"), (std::uint64_t{1} << 32) + 4), "bits");
  EXPECT_EQ(refused(*find_training_option("epochs"), (std::uint64_t{1} << 32) + 4), "epochs");
}

TEST(OptionTable, BoundsReadAsASentence) {
  const auto bounds = [](const char* name) {
    return bounds_text(find_training_option(name)->range);
  };
  EXPECT_EQ(bounds("bits"), "1 to 8");
  EXPECT_EQ(bounds("batch"), "1 to 1048576");
  EXPECT_EQ(bounds("learning_rate"), "a number above 0, at most 1");
  EXPECT_EQ(bounds("dropout"), "a probability from 0 to below 1");
  EXPECT_EQ(bounds("threshold_rate_factor"), "a factor from 0 to 10000");
  EXPECT_EQ(bounds("temperature_end"), "0.0001 to 1");
  EXPECT_EQ(bounds("test_fraction"), "0 to below 1");
}

TEST(OptionTable, TheRecordNamesWhatWasChosen) {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  const Pairs usual = settings({});
  EXPECT_EQ(usual.front(), (std::pair<std::string, std::string>("method", "bw-sq")));
  Options options;
  options.seed = 7;
  options.packing = payload::Packing::radix;
  EXPECT_EQ(settings(options), usual);
  options.levels = {{"warm, dry", 5}};
  options.start = quantize::ThresholdStart::tree;
  options.drop_rate = 0.25;
  Pairs more = usual;
  more.insert(more.end(), {{"start", "tree"}, {"levels warm, dry", "5"}, {"drop_rate", "0.25"}});
  EXPECT_EQ(settings(options), more);
}

}  // namespace
}  // namespace terse::train
