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

}  // namespace
}  // namespace terse::text
