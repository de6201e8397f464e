#include "terse/data/cell_reader.h"

#include <gtest/gtest.h>

#include <cmath>

namespace terse::data {
namespace {

TEST(CellReader, PlainIsAsParseCell) {
  EXPECT_TRUE(CellReader('.', {}).plain());
  EXPECT_FALSE(CellReader(',', {}).plain());
  EXPECT_FALSE(CellReader('.', {"-200"}).plain());
  EXPECT_EQ(CellReader('.', {}).read("1.5", false).value, 1.5F);
  EXPECT_EQ(CellReader('.', {}).read("1,5", false).kind, CellKind::text);
}

TEST(CellReader, DecimalCommas) {
  const CellReader cells(',', {});
  EXPECT_EQ(cells.read("1,5", false).value, 1.5F);
  EXPECT_EQ(cells.read(" -0,25 ", true).value, -0.25F);
  EXPECT_EQ(cells.read("1,5e3", false).value, 1500.0F);
  EXPECT_EQ(cells.read("17", false).value, 17.0F);
  for (const std::string_view text : {"1.5", "1.000,5", "1,5,2", "12.5.", ","}) {
    EXPECT_EQ(cells.read(text, false).kind, CellKind::text) << text;
  }
  for (const std::string_view text : {"", "NA", "NaN", "#N/A", "1.#QNAN"}) {
    EXPECT_EQ(cells.read(text, false).kind, CellKind::gap) << text;
  }
  EXPECT_EQ(cells.read(std::string(2000, '1') + ",5", false).kind, CellKind::text);
}

TEST(CellReader, SpellingsOfAGap) {
  const CellReader cells('.', {"-200", "offline", " none "});
  for (const std::string_view text : {"-200", "-200.0", "-2e2", "offline", " none", "", "NA"}) {
    EXPECT_EQ(cells.read(text, false).kind, CellKind::gap) << text;
    EXPECT_EQ(cells.named_missing(text), text != "NA") << text;
  }
  EXPECT_EQ(cells.read("offline", true).kind, CellKind::gap);
  EXPECT_EQ(cells.read("Offline", false).kind, CellKind::text);
  EXPECT_EQ(cells.read("200", false).kind, CellKind::number);
  EXPECT_EQ(CellReader(',', {"-99,9"}).read("-99,90", false).kind, CellKind::gap);
}

TEST(CellReader, WhatPandasTakesForMissingIsMissing) {
  for (const std::string_view word :
       {"", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
        "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"}) {
    EXPECT_EQ(parse_cell(word, false).kind, CellKind::gap) << word;
  }
}

TEST(CellReader, NumbersInDouble) {
  EXPECT_EQ(CellReader('.', {}).exact(" +1700000015.017 "), 1700000015.017);
  EXPECT_EQ(CellReader(',', {}).exact("1700000015,017"), 1700000015.017);
  EXPECT_TRUE(std::isnan(CellReader('.', {}).exact("x")));
}

TEST(CellReader, CommasInNumbers) {
  EXPECT_EQ(comma_number("1,5"), CommaNumber::decimal);
  EXPECT_EQ(comma_number("0,123"), CommaNumber::decimal);
  EXPECT_EQ(comma_number("-12,3456"), CommaNumber::decimal);
  EXPECT_EQ(comma_number("1,500"), CommaNumber::unclear);
  EXPECT_EQ(comma_number("-123,456"), CommaNumber::unclear);
  for (const std::string_view text : {"", "1", "1.5", "1,234.5", "1,2,3", "a,b", ",", "12,a"}) {
    EXPECT_EQ(comma_number(text), CommaNumber::none) << text;
  }
}

}  // namespace
}  // namespace terse::data
