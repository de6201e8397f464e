#include "terse/data/foreign_formats.h"

#include <gtest/gtest.h>

#include "data/input_error.h"
#include "terse/data/csv.h"

namespace terse::data {
namespace {

std::string read(const std::string& text) {
  return input_error([&] {
    MemoryBytes bytes(text);
    read_csv(bytes, "t.csv", {});
  });
}

TEST(ForeignFormats, AreNamed) {
  const std::string rest(60, '\0');
  EXPECT_EQ(read("PK\x03\x04" + rest),
            "t.csv: is a workbook (.xlsx, .ods) or another zip archive; save the sheet with the "
            "table as CSV");
  EXPECT_EQ(read("\xD0\xCF\x11\xE0" + rest),
            "t.csv: is a workbook (.xls); save the sheet with the table as CSV");
  EXPECT_EQ(read("%PDF-1.4\n"), "t.csv: is a PDF document; write the table as CSV");
  EXPECT_EQ(read("PAR1\x15\x04" + rest), "t.csv: is a Parquet file; write the table as CSV");
  EXPECT_EQ(read("SQLite format 3" + rest), "t.csv: is an SQLite database; write the table as CSV");
  EXPECT_EQ(read("\n <!DOCTYPE HTML><html>\n"),
            "t.csv: is a web page; check the address it was fetched from");
  EXPECT_EQ(read("<?xml version=\"1.0\"?>\n<a/>\n"), "t.csv: is XML; write the table as CSV");
  for (const char* json :
       {"[{\"a\": 1}]\n", "\xEF\xBB\xBF{\n  \"a\": [1]}\n", "[\n  {\"a\": 1}]"}) {
    EXPECT_EQ(read(json), "t.csv: is JSON; write the table as CSV") << json;
  }
}

TEST(ForeignFormats, TablesMayBeginAlmostAlike) {
  for (const char* first : {"PAR1", "PK", "ARROW1", "MATLAB 5.0", "html", "[unit]", "{a}", "%"}) {
    EXPECT_NO_THROW(refuse_foreign_format(std::string(first) + ",b\n1,2\n", "t.csv")) << first;
  }
  EXPECT_NO_THROW(refuse_foreign_format("", "t.csv"));
}

}  // namespace
}  // namespace terse::data
