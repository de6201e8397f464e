#include "terse/data/cell.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "terse/base/random.h"

namespace terse::data {
namespace {

struct Case {
  std::string text;
  CellKind kind;
  float value = 0;
};

TEST(Cell, HandWrittenTable) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  const std::vector<Case> cases = {
      {"0", CellKind::number, 0.0F},
      {"-0", CellKind::number, -0.0F},
      {"17", CellKind::number, 17.0F},
      {"-12.375", CellKind::number, -12.375F},
      {"+4.5", CellKind::number, 4.5F},
      {".5", CellKind::number, 0.5F},
      {"5.", CellKind::number, 5.0F},
      {"1e3", CellKind::number, 1000.0F},
      {"1E-3", CellKind::number, 0.001F},
      {"  8 \t", CellKind::number, 8.0F},
      {"16777217", CellKind::number, 16777216.0F},
      {"0.1000000000000000055511151231257827", CellKind::number, 0.1F},
      {"3.4028235e38", CellKind::number, std::numeric_limits<float>::max()},
      {"1e-46", CellKind::number, 0.0F},
      {"-1e-400", CellKind::number, -0.0F},
      {"0." + std::string(500, '0') + "1", CellKind::number, 0.0F},
      {"1e-99999999999999999999", CellKind::number, 0.0F},
      {"0e999999", CellKind::number, 0.0F},
      {"1e39", CellKind::infinity, infinity},
      {"-1e400", CellKind::infinity, -infinity},
      {"1" + std::string(500, '0'), CellKind::infinity, infinity},
      {"0.001e99999999999999999999", CellKind::infinity, infinity},
      {"inf", CellKind::infinity, infinity},
      {"-Infinity", CellKind::infinity, -infinity},
      {"+INF", CellKind::infinity, infinity},
      {"", CellKind::gap},
      {"  ", CellKind::gap},
      {"NA", CellKind::gap},
      {"N/A", CellKind::gap},
      {"nan", CellKind::gap},
      {"NaN", CellKind::gap},
      {"null", CellKind::gap},
      {"?", CellKind::gap},
      {" ? ", CellKind::gap},
      {"one", CellKind::text},
      {"1,5", CellKind::text},
      {"1.5.2", CellKind::text},
      {"1 2", CellKind::text},
      {"12a", CellKind::text},
      {"0x10", CellKind::text},
      {"1e", CellKind::text},
      {"+-1", CellKind::text},
      {"--1", CellKind::text},
      {"+", CellKind::text},
      {"-", CellKind::text},
      {".", CellKind::text},
      {"NAN?", CellKind::text},
      {"1_000", CellKind::text},
      {std::string("1\0", 2), CellKind::text},
  };
  for (const Case& expected : cases) {
    SCOPED_TRACE(expected.text);
    const Cell cell = parse_cell(expected.text, false);
    EXPECT_EQ(cell.kind, expected.kind);
    if (expected.kind == CellKind::gap || expected.kind == CellKind::text) {
      EXPECT_TRUE(std::isnan(cell.value));
    } else {
      EXPECT_EQ(std::bit_cast<std::uint32_t>(cell.value),
                std::bit_cast<std::uint32_t>(expected.value));
    }
  }
}

TEST(Cell, QuotesMakeWordsTextButNotNumbers) {
  EXPECT_EQ(parse_cell("NA", true).kind, CellKind::text);
  EXPECT_EQ(parse_cell("?", true).kind, CellKind::text);
  EXPECT_EQ(parse_cell("", true).kind, CellKind::gap);
  EXPECT_EQ(parse_cell("2.5", true).value, 2.5F);
}

// The C library's strtof is the independent reader; tests run in the "C" locale.
TEST(Cell, RandomNumbersAreTheNearestFloats) {
  base::Random random(7);
  const char* const formats[] = {"%.0f", "%.1f", "%.3f", "%.7f", "%g", "%.9g", "%.17g", "%.4e"};
  for (int round = 0; round < 200000; ++round) {
    const double size = std::pow(10.0, 20.0 * random.uniform() - 10.0);
    const double value = (random.uniform() < 0.5 ? -size : size);
    char text[400];
    std::snprintf(text, sizeof text, formats[random.below(std::size(formats))], value);
    const Cell cell = parse_cell(text, false);
    ASSERT_EQ(cell.kind, CellKind::number) << text;
    ASSERT_EQ(std::bit_cast<std::uint32_t>(cell.value),
              std::bit_cast<std::uint32_t>(std::strtof(text, nullptr)))
        << text;
  }
}

TEST(Cell, EveryFloatBitPatternSurvivesItsNineDigits) {
  base::Random random(8);
  for (int round = 0; round < 200000; ++round) {
    const float value = std::bit_cast<float>(random.next());
    if (!std::isfinite(value)) continue;
    char text[64];
    std::snprintf(text, sizeof text, "%.9g", static_cast<double>(value));
    ASSERT_EQ(std::bit_cast<std::uint32_t>(parse_cell(text, false).value),
              std::bit_cast<std::uint32_t>(value))
        << text;
  }
}

TEST(Cell, MarksKeepTheFirstOfEachKind) {
  Column column;
  const std::string words[] = {"1", "x", "", "y", "inf", "NA", std::string(100, 'z')};
  for (const std::string& word : words) append(column, parse_cell(word, false), word);
  EXPECT_EQ(column.values.size(), 7U);
  EXPECT_EQ(column.first_text.row, 1U);
  EXPECT_EQ(column.first_text.text, "x");
  EXPECT_EQ(column.first_gap.row, 2U);
  EXPECT_EQ(column.first_infinity.row, 4U);
  Column longer;
  append(longer, parse_cell(words[6], false), words[6]);
  EXPECT_EQ(longer.first_text.text, std::string(61, 'z'));
}

}  // namespace
}  // namespace terse::data
