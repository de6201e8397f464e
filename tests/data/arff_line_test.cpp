#include "terse/data/arff_line.h"

#include <gtest/gtest.h>

#include "data/input_error.h"

namespace terse::data {
namespace {

constexpr ArffEnds comma(",");
const std::string source = "t.arff";

std::string value_of(std::string_view text) {
  ArffLine line(source, 4, text);
  return std::string(line.value(comma).text);
}

TEST(ArffLine, ValuesAndWhatFollowsThem) {
  ArffLine line(source, 1, "  one two \t, 'a,b' ,\"c\"% note");
  EXPECT_FALSE(line.skip_blanks());
  const ArffValue first = line.value(comma);
  EXPECT_EQ(first.text, "one two");
  EXPECT_FALSE(first.quoted);
  EXPECT_FALSE(line.skip(';'));
  EXPECT_TRUE(line.skip(','));
  line.skip_blanks();
  const ArffValue second = line.value(comma);
  EXPECT_EQ(second.text, "a,b");
  EXPECT_TRUE(second.quoted);
  line.skip_blanks();
  EXPECT_EQ(line.front(), ',');
  line.skip(',');
  EXPECT_EQ(line.value(comma).text, "c");
  EXPECT_TRUE(line.at_end());
  EXPECT_EQ(line.front(), '%');
}

TEST(ArffLine, TabsAreReported) {
  ArffLine line(source, 1, " \t x");
  EXPECT_TRUE(line.skip_blanks());
  EXPECT_FALSE(line.skip_blanks());
  EXPECT_EQ(line.front(), 'x');
}

TEST(ArffLine, EscapesAndPerCentSigns) {
  EXPECT_EQ(value_of(R"('it\'s \\ 50\% \t\n\r"x"')"), "it's \\ 50% \t\n\r\"x\"");
  EXPECT_EQ(value_of(R"("it's")"), "it's");
  EXPECT_EQ(value_of("50%,"), "50%");
  EXPECT_EQ(value_of("50 % note, with comma"), "50");
  EXPECT_EQ(value_of("% note"), "");
  EXPECT_EQ(value_of("''"), "");
  EXPECT_EQ(value_of(""), "");
  EXPECT_EQ(value_of("a\\b"), "a\\b");
}

TEST(ArffLine, OpenQuotesNameLineAndColumn) {
  for (const char* text : {"'abc", "\"abc", "'abc\\'", "'", "'abc\\"}) {
    ArffLine line(source, 17, text);
    line.set_column(3);
    EXPECT_EQ(input_error([&] { line.value(comma); }).substr(0, 46),
              "t.arff: line 17, column 3: the quote that begi")
        << text;
  }
  ArffLine line(source, 9, "");
  EXPECT_EQ(input_error([&] { line.fail(0, "is wrong", "mend it"); }),
            "t.arff: line 9: is wrong; mend it");
  EXPECT_EQ(line.front(), '\0');
}

}  // namespace
}  // namespace terse::data
