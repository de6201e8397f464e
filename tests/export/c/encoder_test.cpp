#include "terse/export/c/encoder.h"

#include <gtest/gtest.h>

#include "export/c/examples.h"

namespace terse::export_c {
namespace {

TEST(ReadingType, IsTheNarrowestThatHoldsAll) {
  const model::Model model = model_of({{1.0F}, {1.0F}});
  const auto type = [&](export_text::ReadingType a, export_text::ReadingType b) {
    return std::string(reading_type(encoder_of(model, {input(a), input(b)})));
  };
  EXPECT_EQ(type(export_text::ReadingType::uint8, export_text::ReadingType::uint8), "uint8_t");
  EXPECT_EQ(type(export_text::ReadingType::uint8, export_text::ReadingType::uint10), "uint16_t");
  EXPECT_EQ(type(export_text::ReadingType::int16, export_text::ReadingType::uint10), "int16_t");
  EXPECT_EQ(type(export_text::ReadingType::int16, export_text::ReadingType::uint16), "int32_t");
  EXPECT_EQ(type(export_text::ReadingType::uint8, export_text::ReadingType::int32), "int32_t");
  EXPECT_EQ(type(export_text::ReadingType::float32, export_text::ReadingType::float32), "float");
  EXPECT_EQ(type(export_text::ReadingType::float32, export_text::ReadingType::uint8),
            "union { float value; int32_t count; }");
}

TEST(Encoder, SaysWhatAllOfItNeeds) {
  model::Model model = model_of({{1.0F}, {1.0F, 2.0F}});
  Encoder encoder = encoder_of(
      model, {input(export_text::ReadingType::float32), input(export_text::ReadingType::uint8)});
  EXPECT_EQ(encoder.upper_prefix(), "PROBE_");
  EXPECT_TRUE(encoder.mixes_floats());
  EXPECT_TRUE(encoder.holds_any(export_text::ReadingType::uint8));
  EXPECT_FALSE(encoder.holds_any(export_text::ReadingType::int16));
  EXPECT_FALSE(encoder.has_gaps());
  model.features[1].missing_level = true;
  encoder = encoder_of(model, input(export_text::ReadingType::uint8));
  EXPECT_TRUE(encoder.has_gaps());
  EXPECT_FALSE(encoder.mixes_floats());
  EXPECT_EQ(encoder.layout().levels(), (std::vector<std::size_t>{2, 4}));
}

}  // namespace
}  // namespace terse::export_c
