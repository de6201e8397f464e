#include "terse/text/utf8.h"

#include <gtest/gtest.h>

#include "terse/text/quoting.h"

namespace terse::text {
namespace {

TEST(Utf8, CharactersByTheStandardsTable) {
  EXPECT_EQ(utf8_character_bytes("a\x80"), 1U);
  EXPECT_EQ(utf8_character_bytes("\xC2\x80"), 2U);
  EXPECT_EQ(utf8_character_bytes("\xED\x9F\xBF"), 3U);
  EXPECT_EQ(utf8_character_bytes("\xF4\x8F\xBF\xBF"), 4U);
  for (const char* bad :
       {"", "\x80", "\xC1\xBF", "\xC3", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xE2\x82",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_EQ(utf8_character_bytes(bad), 0U) << in_quotes(bad);
  }
}

TEST(Utf8, WholeTextsByTheStandardsTable) {
  for (const char* good : {"", "temperature", "\xC3\xA9t\xC3\xA9", "\xE2\x82\xAC",
                           "\xF0\x9F\x8C\xA1", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF", "\xC2\x80"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
  // A lone continuation, a cut sequence, overlong forms, surrogates, beyond U+10FFFF, Latin-1.
  for (const char* bad :
       {"\x80", "\xC3", "\xE2\x82", "\xC0\xAF", "\xE0\x80\xAF", "\xF0\x80\x80\x80", "\xED\xA0\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "temp\xE9rature", "\xFF"}) {
    EXPECT_FALSE(is_utf8(bad)) << bad;
  }
}

}  // namespace
}  // namespace terse::text
