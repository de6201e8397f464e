#include "terse/text/ascii.h"

#include <gtest/gtest.h>

#include <cctype>

namespace terse::text {
namespace {

// The C library's own, in the "C" locale, in which tests run.
TEST(Ascii, LettersAndDigitsOfAllBytes) {
  for (int byte = 0; byte < 256; ++byte) {
    const auto character = static_cast<char>(byte);
    EXPECT_EQ(is_digit(character), std::isdigit(byte) != 0) << byte;
    EXPECT_EQ(is_letter(character), std::isalpha(byte) != 0) << byte;
    EXPECT_EQ(lower(character), static_cast<char>(std::tolower(byte))) << byte;
  }
}

TEST(Ascii, TrimmedOfBlanksAndTabs) {
  EXPECT_EQ(trimmed(" \t a b\t"), "a b");
  EXPECT_EQ(trimmed("   "), "");
  EXPECT_EQ(trimmed(""), "");
  EXPECT_EQ(trimmed("\n a \r"), "\n a \r");
}

TEST(Ascii, SameButForCase) {
  EXPECT_TRUE(same_ignoring_case("@DaTa", "@data"));
  EXPECT_FALSE(same_ignoring_case("@data", "@dat"));
  EXPECT_FALSE(same_ignoring_case("[", "{"));
  EXPECT_FALSE(same_ignoring_case("\xC3\x84", "\xC3\xA4"));
}

TEST(Ascii, EndsButForCase) {
  EXPECT_TRUE(ends_with_ignoring_case("Table.CSV", ".csv"));
  EXPECT_TRUE(ends_with_ignoring_case("a", ""));
  EXPECT_FALSE(ends_with_ignoring_case("csv", ".csv"));
  EXPECT_FALSE(ends_with_ignoring_case("a.csv.gz", ".csv"));
}

}  // namespace
}  // namespace terse::text
