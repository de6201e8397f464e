#include "terse/data/record_reader.h"

#include <gtest/gtest.h>

#include "data/pieces.h"

namespace terse::data {
namespace {

using Records = std::vector<std::vector<std::string>>;

struct Read {
  Records records;
  std::vector<std::uint64_t> lines;
  bool operator==(const Read&) const = default;
};

Read read(std::string_view text, const RecordSyntax& syntax, std::size_t piece) {
  PieceBytes bytes(text, piece);
  RecordReader reader(bytes, "t", syntax);
  Read result;
  while (reader.next()) {
    auto& fields = result.records.emplace_back();
    for (std::size_t i = 0; i < reader.size(); ++i) fields.emplace_back(reader.text(i));
    result.lines.push_back(reader.line());
  }
  return result;
}

void expect(std::string_view text, const RecordSyntax& syntax, const Read& expected) {
  for (std::size_t piece = 1; piece <= text.size() + 1; ++piece) {
    const Read found = read(text, syntax, piece);
    EXPECT_EQ(found.records, expected.records) << text << " in pieces of " << piece;
    EXPECT_EQ(found.lines, expected.lines) << text << " in pieces of " << piece;
  }
}

TEST(RecordReader, OtherSeparators) {
  expect("a;b,c\n\"x;y\";2\n", {.separator = ';'}, {{{"a", "b,c"}, {"x;y", "2"}}, {1, 2}});
  expect("a\tb c\r\n1\t\r\n", {.separator = '\t'}, {{{"a", "b c"}, {"1", ""}}, {1, 2}});
  expect("a|b\n|\n", {.separator = '|'}, {{{"a", "b"}, {"", ""}}, {1, 2}});
}

TEST(RecordReader, AnyBlanksSeparate) {
  expect("  a  b\t c  \n1 2 3\r\n\n   \n\"x y\" 2  3", {.separator = ' '},
         {{{"a", "b", "c"}, {"1", "2", "3"}, {""}, {""}, {"x y", "2", "3"}}, {1, 2, 3, 4, 5}});
}

TEST(RecordReader, CommentsAreNoRecords) {
  expect("a,b\n#x\n1,2\n#\n# \"y\n3,#4\n#", {.comment = "#"},
         {{{"a", "b"}, {"1", "2"}, {"3", "#4"}}, {1, 3, 6}});
  expect("//\r\na\r\n///\r\n/b", {.comment = "//"}, {{{"a"}, {"/b"}}, {2, 4}});
}

TEST(RecordReader, LinesAtTheFrontAreSkipped) {
  expect("x\"y\n\r\nz\ra,b\n", {.skip_lines = 3}, {{{"a", "b"}}, {4}});
  expect("a\nb", {.skip_lines = 5}, {{}, {}});
  expect("", {.skip_lines = 1}, {{}, {}});
}

}  // namespace
}  // namespace terse::data
