#include "terse/export/c/literals.h"

#include <gtest/gtest.h>

#include <cmath>

#include "export/c/examples.h"

namespace terse::export_c {
namespace {

TEST(IntegerLiteral, FitsWhereIntHas16Bits) {
  EXPECT_EQ(integer_literal(-32767), "-32767");
  EXPECT_EQ(integer_literal(-32768), "-32768L");
  EXPECT_EQ(integer_literal(32768), "32768L");
  EXPECT_EQ(integer_literal(INT32_MIN), "-2147483647L - 1");
}

TEST(HeldLiteral, IsAFloatWhereTheFirmwareHoldsOne) {
  const Encoder encoder = encoder_of(
      model_of({{1.0F}, {1.0F}}),
      {input(export_text::ReadingType::float32), input(export_text::ReadingType::int16)});
  EXPECT_EQ(held_literal(encoder.features[0], export_text::float_place(20.0F)), "20.0F");
  EXPECT_EQ(held_literal(encoder.features[0], export_text::float_place(0.1F)), "0.100000001F");
  EXPECT_EQ(held_literal(encoder.features[0], 0x7FC00000), "NAN");
  EXPECT_EQ(held_literal(encoder.features[0], export_text::float_place(INFINITY)), "INFINITY");
  EXPECT_EQ(held_literal(encoder.features[0], export_text::float_place(-INFINITY)), "-INFINITY");
  EXPECT_EQ(held_literal(encoder.features[1], 20), "20");
}

TEST(Hexadecimal, HasTwoDigitsOrNone) {
  EXPECT_EQ(hexadecimal(std::uint8_t{0x5E}), "5E");
  EXPECT_EQ(hexadecimal(std::uint8_t{7}), "07");
  EXPECT_EQ(hexadecimal(std::nullopt), "");
}

TEST(NumberLines, HaveACommaBehindEachNumber) {
  EXPECT_EQ(number_lines(std::vector<std::uint8_t>{1, 20, 255}), "  1, 20, 255,");
  const auto hex = [](int value) { return "0x" + std::to_string(value); };
  EXPECT_EQ(number_lines(std::vector<int>{1, 2}, hex, "    "), "    0x1, 0x2,");
}

}  // namespace
}  // namespace terse::export_c
