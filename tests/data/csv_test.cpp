#include "terse/data/csv.h"

#include <gtest/gtest.h>

#include <cmath>

#include "data/input_error.h"
#include "data/pieces.h"
#include "terse/data/limits.h"
#include "terse/data/record_reader.h"

namespace terse::data {
namespace {

using Records = std::vector<std::vector<std::string>>;

Records records_of(std::string_view text, std::size_t piece = 1 << 20) {
  PieceBytes bytes(text, piece);
  RecordReader reader(bytes, "t.csv");
  Records records;
  while (reader.next()) {
    std::vector<std::string>& fields = records.emplace_back();
    for (std::size_t i = 0; i < reader.size(); ++i) fields.emplace_back(reader.text(i));
  }
  return records;
}

Frame frame_of(std::string_view text, const ReadOptions& options = {}) {
  MemoryBytes bytes(text);
  return read_csv(bytes, "t.csv", options);
}

std::string error_of(std::string_view text, const ReadOptions& options = {}) {
  return input_error([&] { frame_of(text, options); });
}

TEST(Csv, RecordsAsInRfc4180AndAcrossEveryBlockBoundary) {
  const std::vector<std::pair<std::string, Records>> cases = {
      {"", {}},
      {"a", {{"a"}}},
      {"aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", {{"aaa", "bbb", "ccc"}, {"zzz", "yyy", "xxx"}}},
      {"aaa,bbb,ccc\r\nzzz,yyy,xxx", {{"aaa", "bbb", "ccc"}, {"zzz", "yyy", "xxx"}}},
      {"\"aaa\",\"b \r\nbb\",\"ccc\"\r\nzzz,yyy,xxx",
       {{"aaa", "b \r\nbb", "ccc"}, {"zzz", "yyy", "xxx"}}},
      {"\"aaa\",\"b\"\"bb\",\"ccc\"", {{"aaa", "b\"bb", "ccc"}}},
      {"a,b\n1,2\n", {{"a", "b"}, {"1", "2"}}},
      {"a,b\r1,2\r", {{"a", "b"}, {"1", "2"}}},
      {"a\r\r\nb", {{"a"}, {""}, {"b"}}},
      {",\n,", {{"", ""}, {"", ""}}},
      {"a,", {{"a", ""}}},
      {"a,\n", {{"a", ""}}},
      {"\n", {{""}}},
      {"a\n\nb\n", {{"a"}, {""}, {"b"}}},
      {"\"\"", {{""}}},
      {"\"\"\"\"", {{"\""}}},
      {"\"\"\"a\"\"\",\"\"\n", {{"\"a\"", ""}}},
      {"\"a\"", {{"a"}}},
      {"\"a,b\",c\n", {{"a,b", "c"}}},
      {" a , b \n", {{" a ", " b "}}},
      {"\xEF\xBB\xBF\"x\",y\n", {{"x", "y"}}},
      {std::string("a\0b,c\n", 6), {{std::string("a\0b", 3), "c"}}},
  };
  for (const auto& [text, expected] : cases) {
    for (std::size_t piece = 1; piece <= text.size() + 1; ++piece) {
      EXPECT_EQ(records_of(text, piece), expected) << text << " in pieces of " << piece;
    }
  }
}

TEST(Csv, LongRecordsCrossBlocksOfAnySize) {
  // Fields of all lengths around the block size of 256 KiB, plain and quoted.
  std::string text;
  Records expected;
  for (const std::size_t length : {std::size_t{1}, std::size_t{262143}, std::size_t{262144},
                                   std::size_t{300000}, std::size_t{1000000}}) {
    const std::string word(length, 'w');
    text += word + ",\"" + word + "\"\"\n" + word + "\"\r\n";
    expected.push_back({word, word + "\"\n" + word});
  }
  for (const std::size_t piece : {std::size_t{4093}, std::size_t{1} << 22}) {
    EXPECT_EQ(records_of(text, piece), expected);
  }
}

TEST(Csv, LinesAreCountedThroughQuotes) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const std::string text =
        "a,b" + end + "\"x" + end + "y" + end + end + "\",1" + end + "2,3" + end;
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
      PieceBytes bytes(text, piece);
      RecordReader reader(bytes, "t.csv");
      std::vector<std::uint64_t> lines;
      while (reader.next()) lines.push_back(reader.line());
      EXPECT_EQ(lines, (std::vector<std::uint64_t>{1, 2, 6})) << text;
    }
  }
}

TEST(Csv, BrokenQuotesAreRefusedWithTheirPlace) {
  EXPECT_EQ(
      input_error([] { records_of("a,b\n1,2\n3,4\"5\n"); }),
      "t.csv: line 3, column 2: there is a quote inside a field that does not begin with one: "
      "'4\"'; put the whole field in quotes and double the quotes inside");
  EXPECT_EQ(
      input_error([] { records_of("a\n\"1\n2\n\"\n\"b\"c\n"); }),
      "t.csv: line 5, column 1: text follows the closing quote of 'b'; a quoted field ends at "
      "a comma or at the end of the line");
  EXPECT_EQ(input_error([] { records_of("a,b\n1,2\n3,\"4\n5,6\n7,8\n"); }),
            "t.csv: line 3, column 2: the quote that begins here never closes; close it, or double "
            "it");
  // The quote that opens behind embedded line ends is on their last line.
  EXPECT_NE(input_error([] { records_of("\"a\nb\",\"c"); }).find("line 2, column 2"),
            std::string::npos);
}

TEST(Csv, LimitsHold) {
  EXPECT_NE(input_error([] {
              records_of(std::string(record_bytes_max * 3 / 2, 'x'));
            }).find("line 1, column 1: one record is longer than 16777216 bytes"),
            std::string::npos);
  EXPECT_EQ(records_of(std::string(columns_max - 1, ','))[0].size(), columns_max);
  EXPECT_NE(input_error([] {
              records_of(std::string(columns_max, ','));
            }).find("there are more than 65536 columns"),
            std::string::npos);
}

TEST(Csv, FrameOfNumbersGapsAndText) {
  const Frame frame = frame_of(
      "x, y ,\" z \",,city\n"
      "1,2.5,\"3\",4,Ulm\n"
      "\n"
      "-1e2,NA,inf,\"\",\"a\nb\"\n"
      "7, +8,9,0,NaN\n");
  EXPECT_EQ(frame.source, "t.csv");
  EXPECT_EQ(frame.rows, 3U);
  ASSERT_EQ(frame.columns.size(), 5U);
  EXPECT_EQ(frame.columns[0].name, "x");
  EXPECT_EQ(frame.columns[1].name, "y");
  EXPECT_EQ(frame.columns[2].name, " z ");
  EXPECT_EQ(frame.columns[3].name, "c4");
  EXPECT_EQ(frame.lines, (std::vector<std::uint64_t>{2, 4, 6}));
  EXPECT_EQ(frame.columns[0].values, (std::vector<float>{1, -100, 7}));
  EXPECT_EQ(frame.columns[1].values[2], 8);
  EXPECT_TRUE(std::isnan(frame.columns[1].values[1]));
  EXPECT_TRUE(frame.columns[1].first_gap.present);
  EXPECT_EQ(frame.columns[1].first_gap.row, 1U);
  EXPECT_EQ(frame.columns[2].first_infinity.row, 1U);
  EXPECT_EQ(frame.columns[3].first_gap.row, 1U);
  EXPECT_EQ(frame.columns[4].first_text.text, "Ulm");
  EXPECT_EQ(frame.columns[4].first_gap.row, 2U);
  EXPECT_FALSE(frame.columns[0].first_text.present || frame.columns[0].first_gap.present ||
               frame.columns[0].first_infinity.present);
  EXPECT_EQ(frame.default_target, "");
}

TEST(Csv, HeadersAndEmptyTables) {
  EXPECT_EQ(error_of(""), "t.csv: the file is empty; it needs a header line and rows of numbers");
  EXPECT_EQ(error_of("\n\r\n\n").substr(0, 24), "t.csv: the file is empty");
  const Frame header_only = frame_of("a,b\n");
  EXPECT_EQ(header_only.rows, 0U);
  EXPECT_EQ(header_only.columns.size(), 2U);
  const Frame bare = frame_of("1,2\n3,4", {.header = false});
  EXPECT_EQ(bare.rows, 2U);
  EXPECT_EQ(bare.columns[1].name, "c2");
  EXPECT_EQ(bare.columns[0].values, (std::vector<float>{1, 3}));
  EXPECT_EQ(bare.lines, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(error_of("1,2\n3,4\n"),
            "t.csv: line 1: the header holds only numbers; use `no_header` if the first line is a "
            "row of data");
}

TEST(Csv, EmptyLinesAreGapsOnlyInASingleColumn) {
  const Frame one = frame_of("a\n1\n\n3\n");
  EXPECT_EQ(one.rows, 3U);
  EXPECT_EQ(one.columns[0].first_gap.row, 1U);
  EXPECT_EQ(frame_of("a,b\n1,2\n\n\n3,4\n\n").rows, 2U);
}

TEST(Csv, RaggedRowsAreRefusedWithLineAndCounts) {
  EXPECT_EQ(error_of("a,b,c\n1,2,3\n\"\n\n\",5,6\n1,2\n"),
            "t.csv: line 6: the row has 2 fields where the table has 3 columns; give every row the "
            "same number of fields");
  EXPECT_NE(error_of("a,b\n1,2,\n").find("line 2: the row has 3 fields"), std::string::npos);
  EXPECT_NE(error_of("1,2\n3\n", {.header = false}).find("line 2: the row has 1 fields"),
            std::string::npos);
}

TEST(Csv, RowsThatDoNotFitSayWhatMayBeMeant) {
  EXPECT_EQ(
      error_of("x\n1,5\n2,5\n"),
      "t.csv: line 2: the row has 2 fields where the table has 1 column; if something else is "
      "between the columns, or the comma is a decimal sign, give `separator` or put the cells "
      "in quotes");
  EXPECT_EQ(frame_of("x\n1,5\n2,5\n", {.separator = ';', .decimal = ','}).columns[0].values,
            (std::vector<float>{1.5F, 2.5F}));
  EXPECT_EQ(error_of("logger,7\n1,2,3\n4,5,6\n"),
            "t.csv: line 2: the row has 3 fields where the table has 2 columns; give every row the "
            "same number of fields; if the table begins on this line, give `skip_lines` 1");
}

TEST(Csv, UnitsNamesAndFurtherGaps) {
  const ReadOptions options = {
      .units_row = true, .column_names = {"t", "u"}, .missing = {"-200", "off"}};
  const Frame frame = frame_of("1,2\n [V] ,(m)\n-200.0,off\n3,4\n", options);
  EXPECT_EQ(frame.columns[0].name, "t");
  EXPECT_EQ(frame.columns[0].unit, "V");
  EXPECT_EQ(frame.columns[1].unit, "m");
  EXPECT_EQ(frame.rows, 2U);
  EXPECT_TRUE(frame.columns[0].first_gap.present && frame.columns[1].first_gap.present);
  EXPECT_EQ(
      error_of("a,b\nV,1\n", {.units_row = true}),
      "t.csv: line 2, column 2 ('b'): the unit is the number '1'; leave `units_row` out if line "
      "2 is a row of data");
  EXPECT_NE(error_of("a,b\nV\n", {.units_row = true}).find("line 2: the row has 1 fields"),
            std::string::npos);
  EXPECT_EQ(error_of("a,b\n1,2\n", {.column_names = {"x"}}),
            "t.csv: line 1: there are 2 columns, but `columns` names 1; name every column");
}

}  // namespace
}  // namespace terse::data
