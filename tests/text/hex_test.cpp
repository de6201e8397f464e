#include "terse/text/hex.h"

#include <gtest/gtest.h>

namespace terse::text {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(Hex, BothWays) {
  EXPECT_EQ(from_hex("00ffA5a5"), (Bytes{0x00, 0xff, 0xa5, 0xa5}));
  EXPECT_EQ(from_hex(""), Bytes{});
  EXPECT_EQ(to_hex(Bytes{0x00, 0xff, 0xa5}), "00ffa5");
  for (const char* text : {"0", "0g", "0x00", " 00", "00 "}) {
    EXPECT_EQ(from_hex(text), std::nullopt) << text;
  }
}

// Section 10 of RFC 4648: "foobar" in base 16, in whose capitals it is read as well.
TEST(Hex, ExampleOfTheStandard) {
  const Bytes foobar{'f', 'o', 'o', 'b', 'a', 'r'};
  EXPECT_EQ(from_hex("666F6F626172"), foobar);
  EXPECT_EQ(to_hex(foobar), "666f6f626172");
}

TEST(Hex, EveryDigitAndNoOtherByte) {
  constexpr std::string_view digits = "0123456789abcdefABCDEF";
  for (int byte = 0; byte < 256; ++byte) {
    const std::size_t at = digits.find(static_cast<char>(byte));
    const auto digit = hex_digit(static_cast<char>(byte));
    ASSERT_EQ(digit.has_value(), at != std::string_view::npos) << byte;
    if (!digit) continue;
    EXPECT_EQ(*digit, at < 16 ? at : at - 6) << byte;
  }
}

}  // namespace
}  // namespace terse::text
