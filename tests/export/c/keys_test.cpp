#include "terse/export/c/keys.h"

#include <gtest/gtest.h>

#include "export/c/examples.h"
#include "terse/export/c/cost.h"
#include "terse/export/c/source.h"

namespace terse::export_c {
namespace {

TEST(PacksTenBits, WhereItPays) {
  const auto encoder = [](std::size_t features, export_text::ReadingType type) {
    model::Model model;
    for (std::size_t f = 0; f < features; ++f) {
      model.features.push_back({"f", "", 0.0, 1.0});
      model.thresholds.add_feature(std::vector<float>{1.0F, 258.0F, 515.0F});
    }
    return encoder_of(model, input(type));
  };
  EXPECT_FALSE(packs_ten_bits(encoder(6, export_text::ReadingType::uint10)));
  EXPECT_FALSE(packs_ten_bits(encoder(81, export_text::ReadingType::uint16)));
  const Encoder packed = encoder(81, export_text::ReadingType::uint10);
  EXPECT_TRUE(packs_ten_bits(packed));
  EXPECT_EQ(table_bytes(packed), 81U * 4);
  EXPECT_EQ(element_bytes(packed), 1U);
  // Low bytes 1, 2, 3; high bits 0, 1, 2 from the right: 36.
  EXPECT_TRUE(holds(encoder_files(packed)[1].bytes, "  1, 2, 3, 36, 1, 2, 3, 36,"));
}

TEST(UniformBits, NeedOneKindAndFullLevels) {
  const std::vector<export_text::DeviceInput> words = {input(export_text::ReadingType::int16),
                                                       input(export_text::ReadingType::int16)};
  EXPECT_EQ(uniform_bits(encoder_of(model_of({{1.0F}, {4.0F}}), words)), 1U);
  EXPECT_EQ(uniform_bits(encoder_of(model_of({{1.0F}, {}}), words)), std::nullopt);
  EXPECT_EQ(uniform_bits(encoder_of(model_of({{1.0F, 2.0F}, {4.0F, 5.0F}}), words)), std::nullopt);
}

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
    return no_reading_condition(KeyKind(export_text::exact_feature(held, std::vector{1.0F}, "")),
                                "v");
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
  EXPECT_EQ(uniform_bits(encoder), std::nullopt);
  EXPECT_TRUE(encoder.may_refuse());
  EXPECT_FALSE(encoder_of(model_of({{1.0F}}), input(ReadingType::int16)).may_refuse());
  EXPECT_TRUE(encoder_of(model_of({{1.0F}}), input(ReadingType::float32)).may_refuse());
}

TEST(CountsBits, WhereCodesDoNotFillBytes) {
  const auto counts = [](const std::vector<float>& thresholds, payload::Packing packing) {
    model::Model model = model_of({thresholds, thresholds});
    model.packing = packing;
    return counts_bits(encoder_of(model, input(export_text::ReadingType::int16)));
  };
  const std::vector<float> seven{1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F, 7.0F};
  EXPECT_TRUE(counts(seven, payload::Packing::bits));
  EXPECT_FALSE(counts(seven, payload::Packing::radix));
  EXPECT_FALSE(counts({1.0F, 2.0F, 3.0F}, payload::Packing::bits));
  EXPECT_FALSE(counts({1.0F, 2.0F}, payload::Packing::bits));
}

}  // namespace
}  // namespace terse::export_c
