#include "terse/export/c/descriptions.h"

#include <gtest/gtest.h>

#include "export/c/examples.h"

namespace terse::export_c {
namespace {

TEST(InComment, NothingLeavesIt) {
  EXPECT_EQ(in_comment("a*/b \\ \n?"), "a_/b _ __");
  EXPECT_EQ(in_comment("°C, \u2103, \U0001F321"), "°C, \u2103, \U0001F321");
  EXPECT_EQ(in_comment("a\u0085b\u2028c\u202Ed\u2069e\u200F"), "a_b_c_d_e_");
  EXPECT_EQ(in_comment("a\xFF\xC3"), "a__");
}

TEST(InCell, NothingLeavesIt) {
  EXPECT_EQ(in_cell("a|b\nc"), "a b c");
}

TEST(InputDescription, IsTheFormulaOfTheReading) {
  using export_text::ReadingType;
  EXPECT_EQ(input_description({ReadingType::float32, 1.0, 0.0}), "float32");
  EXPECT_EQ(input_description({ReadingType::int16, 0.01, -40.0}),
            "int16: reading = 0.01 * held - 40");
  EXPECT_EQ(input_description({ReadingType::uint8, -2.0, 0.0}), "uint8: reading = -2 * held");
  EXPECT_EQ(input_description({ReadingType::uint8, 1.0, 0.5}), "uint8: reading = 1 * held + 0.5");
}

TEST(InputDescription, SaysWhatIsNoReading) {
  using export_text::ReadingType;
  export_text::DeviceInput input{ReadingType::int16, 0.5, 0.0};
  input.sentinel = {-127, -127};
  EXPECT_EQ(input_description(input), "int16: reading = 0.5 * held; no reading: -127");
  input.limits = {-55, 32767};
  EXPECT_EQ(input_description(input), "int16: reading = 0.5 * held; no reading: -127, below -55");
  input = {ReadingType::float32, 1.0, 0.0};
  input.sentinel = {-1, 0};
  input.limits = {export_text::held_min(ReadingType::float32), export_text::float_place(1.5F)};
  EXPECT_EQ(input_description(input), "float32; no reading: 0, above 1.5");
}

TEST(TargetInComment, HasItsUnit) {
  model::Model model;
  model.target_name = "yield";
  EXPECT_EQ(target_in_comment(model), "yield");
  model.target_unit = "kg*";
  EXPECT_EQ(target_in_comment(model), "yield in kg_");
}

}  // namespace
}  // namespace terse::export_c
