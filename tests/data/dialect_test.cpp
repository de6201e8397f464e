#include "terse/data/dialect.h"

#include <gtest/gtest.h>

#include "data/input_error.h"

namespace terse::data {
namespace {

Dialect found(std::string_view text, const ReadOptions& options = {}) {
  return find_dialect(text, true, "t.csv", options);
}

std::string error_of(std::string_view text, const ReadOptions& options = {}) {
  return input_error([&] { found(text, options); });
}

TEST(Dialect, PlainTablesHaveNothingToSay) {
  for (const std::string_view text :
       {"", "a", "a\n1\n2\n", "a,b\n1,2\n", "a,b\n1.5,x y\n", "name\nhello world\nfoo bar\n",
        "a,b\n\"x;y\",1\n\"u;v\",2\n", "a,note\n1,see; later\n2,never\n",
        "date,v\n2024-01-01 10:00,1\n", "1,2\n3,4\n", "a,b,c\n1,2,3\n1,2\n"}) {
    const Dialect dialect = found(text);
    EXPECT_EQ(dialect.syntax.separator, ',') << text;
    EXPECT_EQ(dialect.decimal, '.') << text;
    EXPECT_EQ(dialect.syntax.skip_lines, 0U) << text;
    EXPECT_TRUE(dialect.notes.empty()) << text;
  }
}

TEST(Dialect, SeparatorsAreFound) {
  const std::pair<std::string_view, char> cases[] = {
      {"a;b\n1;2\n", ';'},
      {"a;b\n1,5;2,5\n", ';'},
      {"a\tb\n1\t2\n", '\t'},
      {"a|b\n1|2\n", '|'},
      {"a b\n1 2\n", ' '},
      {"  a   b\n 1.5   2 \n", ' '},
      {"a;b\n\"x, y\";1\n\"u, v\";2\n", ';'},
      {"time;temp\n2024-01-01 10:00;1\n2024-01-01 11:00;2\n", ';'},
  };
  for (const auto& [text, separator] : cases) {
    EXPECT_EQ(found(text).syntax.separator, separator) << text;
  }
  EXPECT_EQ(found("a;b\n1;2\n").notes,
            (std::vector<std::string>{"columns are separated by semicolons"}));
  EXPECT_EQ(found("a;b\n1;2\n", {.separator = ','}).syntax.separator, ',');
}

TEST(Dialect, ARowOfUnitsIsFound) {
  const std::string rows = "1,2,x\n3,4,y\n5,,z\n7,8,x\n";
  for (const std::string units : {"C,%,", "[C],,", "(C),(%),-", "degC,percent,kind"}) {
    const Dialect dialect = found("a,b,c\n" + units + "\n" + rows);
    EXPECT_TRUE(dialect.units_row) << units;
    EXPECT_EQ(dialect.notes, (std::vector<std::string>{"line 2 is taken for units"}));
  }
  const Dialect logger = found("Logger 7\nZeit;Temp;Feuchte\n[h];[C];[%]\n" +
                               std::string("01.02.2024;1,5;-200\n02.02.2024;2,5;60,1\n"
                                           "03.02.2024;3,5;61,2\n04.02.2024;4,5;62,3\n"));
  EXPECT_TRUE(logger.units_row);
  EXPECT_EQ(logger.decimal, ',');

  // A number, words in one column of numbers alone, gaps, too few records, or words elsewhere too.
  for (const std::string& text :
       {"a,b,c\nC,1,x\n" + rows, "a,b,c\nlow,,x\n" + rows, "a,b,c\nNA,NA,x\n" + rows,
        std::string("a,b\nC,%\n1,2\n3,4\n"), "a,b,c\nC,%,x\nlow,high,y\n" + rows}) {
    EXPECT_FALSE(found(text).units_row) << text;
  }
  EXPECT_FALSE(found("a,b,c\nC,%,x\n" + rows, {.header = false}).units_row);
}

TEST(Dialect, TwoEquallyGoodSeparatorsAreNotGuessedBetween) {
  EXPECT_EQ(error_of("a,b;c\nu,v;w\n"),
            "t.csv: line 1: the columns may be separated by commas or by semicolons; say which: "
            "`separator` comma or semicolon");
  EXPECT_NE(error_of("a;b|c\nu;v|w\nx;y|z\n").find("by semicolons or by pipes"), std::string::npos);
  EXPECT_EQ(found("a,b;c\nu,v;w\n", {.separator = ';'}).syntax.separator, ';');
}

TEST(Dialect, TheSeparatorThatASpreadsheetIsToldHolds) {
  const Dialect dialect = found("sep=;\r\na;b\r\n1;2\r\n");
  EXPECT_EQ(dialect.syntax.separator, ';');
  EXPECT_EQ(dialect.syntax.skip_lines, 1U);
  EXPECT_EQ(found("\xEF\xBB\xBFsep=;\na;b\n").syntax.separator, ';');
  EXPECT_EQ(found("SEP=|\na|b,c\n1|2,3\n").syntax.separator, '|');
  // A column may be called so.
  EXPECT_EQ(found("sep=x,y\n1,2\n").syntax.skip_lines, 0U);
  EXPECT_NE(error_of("sep=x\naxb\n").find("line 1: 'sep=x' names no separator that is known"),
            std::string::npos);
}

TEST(Dialect, DecimalSigns) {
  EXPECT_EQ(found("a;b\n1,5;2\n").decimal, ',');
  EXPECT_EQ(found("a;b\n1,500;2\n").decimal, ',');
  EXPECT_EQ(found("a;b\n1.5;2\n").decimal, '.');
  EXPECT_EQ(found("a;b\n1;2\n").decimal, '.');
  EXPECT_EQ(found("d;b\n31.12.2024;1,5\n").decimal, ',');
  EXPECT_EQ(found("a,b\n\"1,5\",\"2,25\"\n").decimal, ',');
  // Thousands, as likely.
  EXPECT_EQ(found("a,b\n\"1,500\",2\n").decimal, '.');
  EXPECT_EQ(error_of("a;b\n1,5;2.5\n"),
            "t.csv: some numbers have a comma ('1,5'), some a point ('2.5'); say which is the "
            "decimal sign: `decimal` comma or point");
  EXPECT_EQ(found("a;b\n1,5;2.5\n", {.decimal = ','}).decimal, ',');
}

TEST(Dialect, CommentsAndPreamblesAreLeftOut) {
  const Dialect comments = found("# logger 7\n# Ulm\na,b\n1,2\n");
  EXPECT_EQ(comments.syntax.skip_lines, 2U);
  EXPECT_EQ(comments.notes, (std::vector<std::string>{"lines 1 to 2 are left out: comments"}));
  // The header itself.
  EXPECT_EQ(found("#a,b\n1,2\n3,4\n").syntax.skip_lines, 0U);
  EXPECT_EQ(found("# made by x\n#a,b\n1,2\n3,4\n").syntax.skip_lines, 1U);

  const std::string rows = "time;temp;hum\n1;2;3\n4;5;6\n7;8;9\n";
  const Dialect preamble = found("Logger;X7\nSerial 123\n\n" + rows);
  EXPECT_EQ(preamble.syntax.skip_lines, 3U);
  EXPECT_EQ(preamble.notes, (std::vector<std::string>{
                                "columns are separated by semicolons",
                                "lines 1 to 3 are left out: fewer fields than the table has"}));
  // What could be rows of data is not taken for a header.
  EXPECT_EQ(found("a,b\n1,2,3\n4,5,6\n7,8,9\n1,2,3\n").syntax.skip_lines, 0U);
  // Said by the user: nothing is looked for.
  EXPECT_EQ(found("x\nLogger;X7\n" + rows, {.skip_lines = 1}).syntax.skip_lines, 1U);
}

TEST(Dialect, ATextThatIsCutOffIsJudgedByItsWholeRecords) {
  const std::string_view text = "a;b;c\n1;2;3\n4;5;6\n7;";
  EXPECT_EQ(find_dialect(text, false, "t", {}).syntax.separator, ';');
  EXPECT_EQ(find_dialect("a;b\n\"x;", false, "t", {}).syntax.separator, ';');
}

}  // namespace
}  // namespace terse::data
