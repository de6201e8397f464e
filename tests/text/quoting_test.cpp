#include "terse/text/quoting.h"

#include <gtest/gtest.h>

namespace terse::text {
namespace {

TEST(InQuotes, IsSafeToPrint) {
  EXPECT_EQ(in_quotes("temperature"), "'temperature'");
  EXPECT_EQ(in_quotes(""), "''");
  EXPECT_EQ(in_quotes("a\tb\x1b[2J\x7f"), "'a\\x09b\\x1b[2J\\x7f'");
  EXPECT_EQ(in_quotes("\xC3\xA9t\xC3\xA9"), "'\xC3\xA9t\xC3\xA9'");
  EXPECT_EQ(in_quotes("temp\xE9rature"), "'temp\\xe9rature'");
}

TEST(InQuotes, NoNameLooksLikeAnOptionInBackquotes) {
  EXPECT_EQ(in_quotes("a`bits`b"), "'a\\x60bits\\x60b'");
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

TEST(Quoting, PrintableKeepsNamesOnTheirLine) {
  EXPECT_EQ(printable("plain \xC3\xA4"), "plain \xC3\xA4");
  EXPECT_EQ(printable("a\nb\tc\x1B[1m"), "a\\x0ab\\x09c\\x1b[1m");
  EXPECT_EQ(printable("\xFF"), "\\xff");
  EXPECT_EQ(printable(std::string(200, 'x')), std::string(200, 'x'));
}

}  // namespace
}  // namespace terse::text
