#include "terse/error.h"

#include <gtest/gtest.h>

namespace terse {
namespace {

TEST(InputError, SaysSourcePlaceProblemAndRemedyInOneLine) {
  const InputError error("data.csv", "line 17, column 3", "'warm' is not a number",
                         "remove the row");
  EXPECT_STREQ(error.what(), "data.csv: line 17, column 3: 'warm' is not a number; remove the row");
  EXPECT_EQ(error.source(), "data.csv");
  EXPECT_EQ(error.place(), "line 17, column 3");
  EXPECT_EQ(error.problem(), "'warm' is not a number");
  EXPECT_EQ(error.remedy(), "remove the row");
  EXPECT_STREQ(InputError("--bits", "", "9 is out of range", "").what(),
               "--bits: 9 is out of range");
  EXPECT_STREQ(InputError("", "", "nothing to do", "").what(), "nothing to do");
}

TEST(InQuotes, IsSafeToPrint) {
  EXPECT_EQ(in_quotes("temperature"), "'temperature'");
  EXPECT_EQ(in_quotes(""), "''");
  EXPECT_EQ(in_quotes("a\tb\x1b[2J\x7f"), "'a\\x09b\\x1b[2J\\x7f'");
  EXPECT_EQ(in_quotes("\xC3\xA9t\xC3\xA9"), "'\xC3\xA9t\xC3\xA9'");
  EXPECT_EQ(in_quotes("temp\xE9rature"), "'temp\\xe9rature'");
}

TEST(InQuotes, CutsLongTextBetweenCharacters) {
  EXPECT_EQ(in_quotes(std::string(60, 'a')), "'" + std::string(60, 'a') + "'");
  EXPECT_EQ(in_quotes(std::string(61, 'a')), "'" + std::string(60, 'a') + "...'");
  std::string euros;
  for (int i = 0; i < 100; ++i) euros += "\xE2\x82\xAC";
  const std::string shown = in_quotes(euros);
  EXPECT_EQ(shown.size() % 3, (1 + 4) % 3U);
  EXPECT_EQ(shown.substr(shown.size() - 4), "...'");
}

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

TEST(CheckDeathTest, NamesExpressionFileAndLine) {
  EXPECT_DEATH(TERSE_CHECK(1 + 1 == 3), "error_test.cpp:[0-9]+: 1 \\+ 1 == 3 does not hold");
}

}  // namespace
}  // namespace terse
