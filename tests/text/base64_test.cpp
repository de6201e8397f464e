#include "terse/text/base64.h"

#include <gtest/gtest.h>

namespace terse::text {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

// RFC 4648, section 10.
TEST(Base64, ReadsTheExamplesOfTheStandard) {
  EXPECT_EQ(from_base64(""), bytes_of(""));
  EXPECT_EQ(from_base64("Zg=="), bytes_of("f"));
  EXPECT_EQ(from_base64("Zm8="), bytes_of("fo"));
  EXPECT_EQ(from_base64("Zm9v"), bytes_of("foo"));
  EXPECT_EQ(from_base64("Zm9vYg=="), bytes_of("foob"));
  EXPECT_EQ(from_base64("Zm9vYmE="), bytes_of("fooba"));
  EXPECT_EQ(from_base64("Zm9vYmFy"), bytes_of("foobar"));
  EXPECT_EQ(from_base64("+/8="), (Bytes{0xfb, 0xff}));
}

TEST(Base64, RefusesEverythingElse) {
  for (const char* text :
       {"Zg", "Zg=", "Z===", "Zh==", "Zm9=", "Zm9v=", "Zm 9", "Zm-_", "=Zg=", "====", "Zg==Zg=="}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace terse::text
