#include "terse/text/csv.h"

#include <gtest/gtest.h>

#include <charconv>
#include <limits>
#include <utility>

namespace terse::text {
namespace {

// Section 2 of RFC 4180 has these fields in its rules 5, 6 and 7.
TEST(Csv, FieldsOfTheStandard) {
  EXPECT_EQ(csv_field("aaa"), "aaa");
  EXPECT_EQ(csv_field("b\r\nbb"), "\"b\r\nbb\"");
  EXPECT_EQ(csv_field("b\"bb"), "\"b\"\"bb\"");
}

// What Python's csv.writer makes of each.
TEST(Csv, FieldsAsPythonWritesThem) {
  const std::pair<const char*, const char*> fields[] = {
      {"", ""},
      {"plain", "plain"},
      {"a,b", "\"a,b\""},
      {"say \"hi\"", "\"say \"\"hi\"\"\""},
      {"two\nlines", "\"two\nlines\""},
      {"\r", "\"\r\""},
      {"\"", "\"\"\"\""},
      {"\"\"", "\"\"\"\"\"\""},
      {" spaces kept ", " spaces kept "},
      {"semi;colon", "semi;colon"},
      {"tab\there", "tab\there"},
      {"it's", "it's"},
      {"a\\b", "a\\b"},
      {"\xC3\xBCn\xC3\xAF, \xC2\xB0\x43", "\"\xC3\xBCn\xC3\xAF, \xC2\xB0\x43\""},
  };
  for (const auto& [text, field] : fields) EXPECT_EQ(csv_field(text), field);
}

TEST(Csv, ForeignFieldsCannotBeFormulas) {
  const std::pair<const char*, const char*> fields[] = {
      {"", ""},
      {"pump-7", "pump-7"},
      {"a=b", "a=b"},
      {"=1+1", "'=1+1"},
      {"@SUM(A1)", "'@SUM(A1)"},
      {"+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"},
      {"-2+3", "'-2+3"},
      {"\t=1", "'\t=1"},
      {"\r=1", "\"'\r=1\""},
      {"=HYPERLINK(\"a\",1)", "\"'=HYPERLINK(\"\"a\"\",1)\""},
      {"'quoted", "''quoted"},
      {"-5", "-5"},
      {"+5.25e3", "+5.25e3"},
      {"+-5", "'+-5"},
      {"++5", "'++5"},
      {"-", "'-"},
      {"17:4", "17:4"}};
  for (const auto& [text, field] : fields) EXPECT_EQ(csv_foreign_field(text), field) << text;
}

TEST(Csv, NumbersOfFewestDigits) {
  EXPECT_EQ(csv_number(0.0), "0");
  EXPECT_EQ(csv_number(0.1), "0.1");
  EXPECT_EQ(csv_number(-2.5), "-2.5");
  EXPECT_EQ(csv_number(1.0 / 3.0), "0.3333333333333333");
  EXPECT_EQ(csv_number(1e300), "1e+300");
  for (const double value : {0.1 + 0.2, 5e-324, std::numeric_limits<double>::max()}) {
    const std::string text = csv_number(value);
    double back = 0;
    std::from_chars(text.data(), text.data() + text.size(), back);
    EXPECT_EQ(back, value) << text;
  }
}

TEST(Csv, NoNumberIsAnEmptyField) {
  EXPECT_EQ(csv_number(std::numeric_limits<double>::quiet_NaN()), "");
  EXPECT_EQ(csv_number(std::numeric_limits<double>::infinity()), "");
  EXPECT_EQ(csv_number(-std::numeric_limits<double>::infinity()), "");
}

TEST(Csv, FieldsOfALine) {
  using Fields = std::vector<std::string>;
  EXPECT_EQ(csv_fields("a,b c, d "), (Fields{"a", "b c", "d"}));
  EXPECT_EQ(csv_fields("\"a,b\",c"), (Fields{"a,b", "c"}));
  EXPECT_EQ(csv_fields(" \" a\"\"b \" ,"), (Fields{" a\"b ", ""}));
  EXPECT_EQ(csv_fields(""), (Fields{""}));
  EXPECT_EQ(csv_fields("\"a"), (Fields{"a"}));
  EXPECT_EQ(csv_fields("-200,n/a"), (Fields{"-200", "n/a"}));
  for (const std::string name : {"plain", "a,b", "a\"b", "line\nend"}) {
    EXPECT_EQ(csv_fields(csv_field(name)), Fields{name});
  }
}

}  // namespace
}  // namespace terse::text
