#include "terse/export/c/keys.h"

#include <gtest/gtest.h>

#include "export/c/examples.h"

namespace terse::export_c {
namespace {

TEST(KeyKinds, AreSharedByFeaturesComparedAlike) {
  const model::Model model = model_of({{1.0F}, {4.0F}, {2.0F}, {}});
  using export_text::ReadingType;
  const Encoder encoder =
      encoder_of(model, {input(ReadingType::int16), input(ReadingType::int16, -1.0),
                         input(ReadingType::int16), input(ReadingType::float32)});
  const KeyKinds kinds = key_kinds(encoder);
  EXPECT_EQ(kinds.distinct.size(), 2U);
  EXPECT_EQ(kinds.of_feature, (std::vector<std::size_t>{0, 1, 0, 0}));
  EXPECT_FALSE(widths_differ(encoder));
  EXPECT_EQ(key_bytes_max(encoder), 2U);
}

TEST(NoReadingCondition, IsWhatTheInputSays) {
  using export_text::ReadingType;
  const auto condition = [](const export_text::DeviceInput& held) {
    return no_reading_condition(KeyKind(export_text::exact_feature(held, std::vector{1.0F})), "v");
  };
  export_text::DeviceInput held = input(ReadingType::int16);
  EXPECT_EQ(condition(held), "");
  held.sentinel = {-127, -127};
  EXPECT_EQ(condition(held), "v == -127");
  held.limits = {-55, 125};
  EXPECT_EQ(condition(held), "(v < -55 || v > 125)");
  held.sentinel = {85, 85};
  EXPECT_EQ(condition(held), "(v < -55 || v > 125 || v == 85)");
  held.limits.reset();
  held.sentinel = {-32768, -32768};
  EXPECT_EQ(condition(held), "v < -32767") << "what a limit says as well";
  held = input(ReadingType::float32);
  EXPECT_EQ(condition(held), "v == 0");
  held.sentinel = {-1, 0};
  EXPECT_EQ(condition(held), "(v == 0 || v == 0x7FFFFFFFUL || v == 0x80000000UL)");
  held = input(ReadingType::float32, -1.0);
  held.limits = {export_text::float_place(1.0F), export_text::held_max(ReadingType::float32)};
  EXPECT_EQ(condition(held), "(v == 0 || v > 0x407FFFFFUL)");
}

TEST(KeyKinds, DifferWhereReadingsDo) {
  using export_text::ReadingType;
  export_text::DeviceInput fails = input(ReadingType::int16);
  fails.sentinel = {7, 7};
  const Encoder encoder =
      encoder_of(model_of({{1.0F}, {4.0F}}), std::vector{input(ReadingType::int16), fails});
  EXPECT_EQ(key_kinds(encoder).distinct.size(), 2U);
  EXPECT_TRUE(encoder.may_refuse());
  EXPECT_FALSE(encoder_of(model_of({{1.0F}}), input(ReadingType::int16)).may_refuse());
  EXPECT_TRUE(encoder_of(model_of({{1.0F}}), input(ReadingType::float32)).may_refuse());
}

TEST(KeyKinds, AreOfFeaturesThatNeedAComparison) {
  using export_text::ReadingType;
  // No uint8 reaches 300, so nothing of it is compared.
  const Encoder encoder =
      encoder_of(model_of({{1.0F}, {300.0F}, {4.0F}}),
                 {input(ReadingType::int16), input(ReadingType::uint8), input(ReadingType::int16)});
  EXPECT_EQ(key_kinds(encoder).distinct.size(), 1U);
  EXPECT_EQ(key_kinds(encoder).distinct.front().type, ReadingType::int16);
}

TEST(KeyKinds, OfFeaturesNotComparedAskWhichValuesAreReadings) {
  using export_text::ReadingType;
  export_text::DeviceInput fails = input(ReadingType::uint8);
  fails.sentinel = {7, 7};
  const export_text::DeviceInput takes_all = input(ReadingType::uint8);
  const export_text::DeviceInput word = input(ReadingType::int16);
  // Only the middle one is compared.
  const auto kinds_of = [](const std::vector<export_text::DeviceInput>& inputs) {
    return key_kinds(encoder_of(model_of({{300.0F}, {4.0F}, {-1.0F}}), inputs)).of_feature;
  };
  EXPECT_EQ(kinds_of({takes_all, word, takes_all}), (std::vector<std::size_t>{0, 0, 0}));
  EXPECT_EQ(kinds_of({fails, word, takes_all}), (std::vector<std::size_t>{1, 0, 0}));
  EXPECT_EQ(kinds_of({takes_all, fails, takes_all}), (std::vector<std::size_t>{1, 0, 1}));
  EXPECT_EQ(kinds_of({fails, fails, fails}), (std::vector<std::size_t>{0, 0, 0}));
}

}  // namespace
}  // namespace terse::export_c
