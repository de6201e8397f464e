#include "terse/data/arff.h"

#include <gtest/gtest.h>

#include <cmath>

#include "data/input_error.h"
#include "data/pieces.h"
#include "terse/data/limits.h"

namespace terse::data {
namespace {

Frame frame_of(std::string_view text, std::size_t piece = 1 << 20) {
  PieceBytes bytes(text, piece);
  return read_arff(bytes, "t.arff");
}

std::string error_of(std::string_view text) {
  return input_error([&] { frame_of(text); });
}

const std::string header =
    "@relation r\n@attribute x numeric\n@attribute c {red, 'dark blue', \"it's\"}\n@data\n";

TEST(Arff, EveryKindOfAttribute) {
  const std::string text =
      "% a comment\n"
      "@RELATION 'a name'\n"
      "\n"
      "@ATTRIBUTE temperature REAL\n"
      "  @attribute 'rain amount' numeric [0,100] % note\n"
      "@Attribute\tcount\tInteger\n"
      "@attribute class{a,'b c', \"d,e\", f\\g }  % kinds\n"
      "@attribute note string\n"
      "@attribute day date \"yyyy-MM-dd\"\n"
      "@DATA\n"
      "1.5,2,3,a,'hello, you',2020-01-01\n"
      "% between\n"
      "\n"
      "?,-2e1, 4 ,'b c',?,'2020-01-02' % behind\n"
      "\t1\t2\t\t3\t\"d,e\"\tx\ty\t\n"
      "1 ,\t2, 3,f\\g,x,y\n";
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    std::string lines;
    for (const char byte : text) lines += byte == '\n' ? end : std::string(1, byte);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, lines.size()}) {
      const Frame frame = frame_of(lines, piece);
      ASSERT_EQ(frame.columns.size(), 6U);
      EXPECT_EQ(frame.rows, 4U);
      EXPECT_EQ(frame.lines, (std::vector<std::uint64_t>{11, 14, 15, 16}));
      EXPECT_EQ(frame.columns[0].name, "temperature");
      EXPECT_EQ(frame.columns[1].name, "rain amount");
      EXPECT_EQ(frame.columns[2].values, (std::vector<float>{3, 4, 3, 3}));
      EXPECT_EQ(frame.columns[3].categories, (std::vector<std::string>{"a", "b c", "d,e", "f\\g"}));
      EXPECT_EQ(frame.columns[3].values, (std::vector<float>{0, 1, 2, 3}));
      EXPECT_TRUE(std::isnan(frame.columns[0].values[1]));
      EXPECT_EQ(frame.columns[0].first_gap.row, 1U);
      EXPECT_EQ(frame.columns[1].values[1], -20.0F);
      EXPECT_EQ(frame.columns[4].first_text.text, "hello, you");
      EXPECT_EQ(frame.columns[4].first_gap.row, 1U);
      EXPECT_EQ(frame.columns[5].first_text.text, "2020-01-01");
      EXPECT_EQ(frame.default_target, "day");
    }
  }
}

TEST(Arff, SparseRows) {
  const Frame frame = frame_of(
      "@relation r\n@attribute a real\n@attribute b real\n@attribute c {no,yes}\n@data\n"
      "{1 2.5, 2 yes}\n{}\n{ 0  7 }\n{0 ?,2 'no'} % note\n{1\t3}\n");
  EXPECT_EQ(frame.rows, 5U);
  EXPECT_EQ(frame.columns[1].values, (std::vector<float>{2.5F, 0, 0, 0, 3}));
  EXPECT_EQ(frame.columns[2].values, (std::vector<float>{1, 0, 0, 0, 0}));
  EXPECT_EQ(frame.columns[0].values[2], 7.0F);
  EXPECT_EQ(frame.columns[0].first_gap.row, 3U);
}

TEST(Arff, SparseRowsOutOfShape) {
  const std::string start = header;
  EXPECT_NE(
      error_of(start + "{2 1}\n").find("line 5: '2' is not the index of an attribute (0 to 1)"),
      std::string::npos);
  EXPECT_NE(error_of(start + "{x 1}\n").find("'x' is not the index"), std::string::npos);
  EXPECT_NE(error_of(start + "{-1 1}\n").find("'-1' is not the index"), std::string::npos);
  EXPECT_NE(error_of(start + "{0 1,0 2}\n").find("line 5, column 1: index 0 is repeated"),
            std::string::npos);
  EXPECT_NE(error_of(start + "{1 red,0 2}\n").find("index 0 is repeated or out of order"),
            std::string::npos);
  EXPECT_NE(error_of(start + "{0 1\n").find("does not end with a single }"), std::string::npos);
  EXPECT_NE(error_of(start + "{0 1},{5}\n").find("does not end with a single }"),
            std::string::npos);
  EXPECT_NE(error_of(start + "{0 1,}\n").find("'' is not the index"), std::string::npos);
}

TEST(Arff, RowsOutOfShape) {
  EXPECT_EQ(error_of(header + "1,red\n2\n"),
            "t.arff: line 6: the row has 1 values where the table has 2 attributes; give every row "
            "one value for each attribute, ? for a gap");
  EXPECT_NE(
      error_of(header + "1,red,3\n").find("line 5: the row has more values than the table's 2"),
      std::string::npos);
  EXPECT_NE(error_of(header + "1,red,\n").find("more values"), std::string::npos);
  EXPECT_EQ(error_of(header + "1,green\n"),
            "t.arff: line 5, column 2: 'green' is not a category of attribute 'c'; add it to the "
            "attribute's list in the header");
  EXPECT_NE(error_of(header + "1,'dark blue' red\n").find("line 5, column 2: text follows"),
            std::string::npos);
  EXPECT_NE(error_of(header + "1,'dark\n").find("line 5, column 2: the quote that begins"),
            std::string::npos);
}

TEST(Arff, TextInANumericAttributeIsMarked) {
  const Frame frame = frame_of(header + "1,red\nwarm,red\ninf,?\n");
  EXPECT_EQ(frame.columns[0].first_text.row, 1U);
  EXPECT_EQ(frame.place(1, 0), "line 6, column 1 ('x')");
  EXPECT_EQ(frame.columns[0].first_infinity.row, 2U);
  EXPECT_EQ(frame.columns[1].first_gap.row, 2U);
}

TEST(Arff, HeadersOutOfShape) {
  EXPECT_EQ(error_of(""), "t.arff: the file is empty; check that the whole file is there");
  EXPECT_NE(
      error_of("@relation r\n@attribute x real\n").find("line 2: the file ends without @data"),
      std::string::npos);
  EXPECT_NE(error_of("@relation r\n@data\n").find("line 2: @data comes before any @attribute"),
            std::string::npos);
  EXPECT_NE(error_of("a,b\n1,2\n").find("line 1: 'a,b' is not expected here"), std::string::npos);
  EXPECT_NE(error_of("@attribute x\n").find("attribute 'x' has the type ''"), std::string::npos);
  EXPECT_NE(error_of("@attribute\n").find("the attribute has no name"), std::string::npos);
  EXPECT_NE(error_of("@attribute x relational\n").find("'relational'"), std::string::npos);
  EXPECT_NE(error_of("@attribute x {a,b\n").find("do not end with a single }"), std::string::npos);
  EXPECT_NE(error_of("@attribute x {a b} c\n").find("do not end with a single }"),
            std::string::npos);
  EXPECT_NE(error_of("@attribute x {a,,b}\n").find("a category of attribute 'x' is empty"),
            std::string::npos);
  EXPECT_NE(error_of("@attribute x {a,b,a}\n").find("lists 'a' twice"), std::string::npos);
  EXPECT_NE(error_of("@attribute 'x real\n").find("line 1: the quote that begins"),
            std::string::npos);
  EXPECT_NE(error_of(std::string("\xFF\xFE@\0", 4)).find("UTF-16"), std::string::npos);
}

TEST(Arff, ByteOrderMarkEmptyTableAndLongLines) {
  EXPECT_EQ(frame_of("\xEF\xBB\xBF" + header).rows, 0U);
  EXPECT_EQ(frame_of("\xEF\xBB\xBF" + header).columns.size(), 2U);
  EXPECT_NE(error_of(std::string(record_bytes_max * 3 / 2, ' ')).find("line 1: the line is longer"),
            std::string::npos);
  std::string attributes = "@relation r\n";
  for (std::size_t i = 0; i <= columns_max; ++i) attributes += "@attribute a real\n";
  EXPECT_NE(error_of(attributes).find("there are more than 65536 attributes"), std::string::npos);
}

}  // namespace
}  // namespace terse::data
