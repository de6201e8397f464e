#include "terse/serve/text_bytes.h"

#include <gtest/gtest.h>

namespace terse::serve {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

// RFC 4648, section 10.
TEST(TextBytes, Base64OfTheStandard) {
  EXPECT_EQ(from_base64(""), bytes_of(""));
  EXPECT_EQ(from_base64("Zg=="), bytes_of("f"));
  EXPECT_EQ(from_base64("Zm8="), bytes_of("fo"));
  EXPECT_EQ(from_base64("Zm9v"), bytes_of("foo"));
  EXPECT_EQ(from_base64("Zm9vYg=="), bytes_of("foob"));
  EXPECT_EQ(from_base64("Zm9vYmE="), bytes_of("fooba"));
  EXPECT_EQ(from_base64("Zm9vYmFy"), bytes_of("foobar"));
  EXPECT_EQ(from_base64("+/8="), (Bytes{0xfb, 0xff}));
}

TEST(TextBytes, RefusesOtherBase64) {
  for (const char* text :
       {"Zg", "Zg=", "Z===", "Zh==", "Zm9=", "Zm9v=", "Zm 9", "Zm-_", "=Zg=", "====", "Zg==Zg=="}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

TEST(TextBytes, HexadecimalBothWays) {
  EXPECT_EQ(from_hex("00ffA5a5"), (Bytes{0x00, 0xff, 0xa5, 0xa5}));
  EXPECT_EQ(from_hex(""), Bytes{});
  EXPECT_EQ(to_hex(Bytes{0x00, 0xff, 0xa5}), "00ffa5");
  for (const char* text : {"0", "0g", "0x00", " 00", "00 "}) {
    EXPECT_EQ(from_hex(text), std::nullopt) << text;
  }
}

TEST(TextBytes, DeviceNames) {
  EXPECT_TRUE(is_device_name("pump-7"));
  EXPECT_TRUE(is_device_name("Gewächshaus/3 links"));
  EXPECT_TRUE(is_device_name(std::string(128, 'x')));
  EXPECT_FALSE(is_device_name(std::string(129, 'x')));
  EXPECT_FALSE(is_device_name(""));
  EXPECT_FALSE(is_device_name("a\nb"));
  EXPECT_FALSE(is_device_name("a\x7f"));
  EXPECT_FALSE(is_device_name("a\xff"));
}

}  // namespace
}  // namespace terse::serve
