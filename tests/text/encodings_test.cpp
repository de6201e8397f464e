#include "terse/text/encodings.h"

#include <gtest/gtest.h>

#include "terse/text/utf8.h"

namespace terse::text {
namespace {

TEST(Encodings, CharactersOfEveryLength) {
  const std::pair<char32_t, std::string> cases[] = {
      {0x41, "A"},
      {0x7F, "\x7F"},
      {0x80, "\xC2\x80"},
      {0x7FF, "\xDF\xBF"},
      {0x800, "\xE0\xA0\x80"},
      {0xFFFF, "\xEF\xBF\xBF"},
      {0x10000, "\xF0\x90\x80\x80"},
      {0x10FFFF, "\xF4\x8F\xBF\xBF"},
  };
  for (const auto& [character, expected] : cases) {
    std::string text;
    append_utf8(character, text);
    EXPECT_EQ(text, expected);
    EXPECT_TRUE(is_utf8(text));
  }
}

TEST(Encodings, Latin1AsTheWebReadsIt) {
  EXPECT_EQ(latin1_as_utf8("K\xFC"
                           "che 21\xB0"),
            "K\xC3\xBC"
            "che 21\xC2\xB0");
  EXPECT_EQ(latin1_as_utf8("\x80\x99\x81"), "\xE2\x82\xAC\xE2\x84\xA2\xC2\x81");
  EXPECT_EQ(latin1_as_utf8(""), "");
}

}  // namespace
}  // namespace terse::text
