#include "terse/data/describe.h"

#include <gtest/gtest.h>

#include <cmath>

#include "terse/data/categories.h"
#include "terse/data/csv.h"

namespace terse::data {
namespace {

Frame frame_of(const std::string& text) {
  MemoryBytes first(text);
  const Frame frame = read_csv(first, "t.csv", {});
  MemoryBytes second(text);
  return read_csv(second, "t.csv", {.text_columns = text_columns(frame)});
}

std::vector<ColumnDescription> described(const std::string& text, const std::string& target = "") {
  return describe(frame_of(text), {target, 0});
}

std::string suspicions(const ColumnDescription& column) {
  std::string all;
  for (const std::string& one : column.suspicions) all += one + "\n";
  return all;
}

TEST(Describe, KindsAndFigures) {
  const auto columns = described(
      ",x,n,flag,room,day,empty\n"
      "7,0.5,3,0,hall,2024-01-01,\n"
      "3,1.5,4,1,bath,2024-01-02,\n"
      "5,,4,1,hall,2024-01-03,\n"
      "4,9.5,10,0,hall,,\n");
  const ColumnKind kinds[] = {ColumnKind::index, ColumnKind::number, ColumnKind::whole_number,
                              ColumnKind::flag,  ColumnKind::name,   ColumnKind::date,
                              ColumnKind::empty};
  ASSERT_EQ(columns.size(), std::size(kinds));
  for (std::size_t c = 0; c < columns.size(); ++c) {
    EXPECT_EQ(columns[c].kind, kinds[c]) << columns[c].name;
    EXPECT_FALSE(columns[c].why.empty());
  }
  EXPECT_EQ(columns[1].distinct, 3U);
  EXPECT_EQ(columns[1].gaps, 1U);
  EXPECT_EQ(columns[1].low, 0.5);
  EXPECT_EQ(columns[1].high, 9.5);
  // scipy.stats.skew([0.5, 1.5, 9.5])
  EXPECT_NEAR(*columns[1].skew, 0.6746, 1e-4);
  EXPECT_EQ(described("x\n0.1\n0.7\n0.3\n")[0].low, 0.1);
  EXPECT_EQ(columns[4].distinct, 2U);
  EXPECT_EQ(columns[5].gaps, 1U);
  EXPECT_FALSE(columns[5].low.has_value());
}

TEST(Describe, SuspiciousColumns) {
  std::string text = "id,x,copy,day,price,stamp,fixed,y\n";
  for (int i = 0; i < 40; ++i) {
    const double x = std::sin(i * 1.7);
    text += std::to_string(100 + i) + "," + std::to_string(x) + "," + std::to_string(x) +
            ",2024-01-" + (i % 2 == 0 ? "10" : "09") + ",\"1," + std::to_string(500 + i) + "\"," +
            std::to_string(1700000000 + (i * 7919) % 100000) + ",3," + std::to_string(2 * x + 1) +
            "\n";
  }
  const auto columns = described(text, "y");
  EXPECT_EQ(columns[0].kind, ColumnKind::index);
  EXPECT_NE(suspicions(columns[0]).find("leave it out"), std::string::npos);
  EXPECT_NE(suspicions(columns[1]).find("follows the target (rank correlation 1.0000)"),
            std::string::npos);
  EXPECT_NE(suspicions(columns[2]).find("a copy of 'x'"), std::string::npos);
  EXPECT_EQ(columns[3].kind, ColumnKind::date);
  EXPECT_NE(suspicions(columns[3]).find("not in order of time"), std::string::npos);
  EXPECT_NE(suspicions(columns[4]).find("numbers with a comma"), std::string::npos);
  EXPECT_NE(suspicions(columns[5]).find("looks like a time (seconds since 1970)"),
            std::string::npos);
  EXPECT_NE(suspicions(columns[6]).find("3 in every row"), std::string::npos);
  EXPECT_EQ(suspicions(columns[7]), "");
}

TEST(Describe, ClassesThatAColumnTellsApart) {
  std::string text = "low,noise,code,y\n";
  for (int i = 0; i < 60; ++i) {
    const bool hot = i >= 30;
    text += std::to_string(hot ? 50 + i : i) + "," + std::to_string((i * 37) % 60) + "," +
            (hot ? "H" : "C") + "," + (hot ? "hot" : "cold") + "\n";
  }
  const auto columns = described(text, "y");
  EXPECT_NE(suspicions(columns[0]).find("tells the classes"), std::string::npos);
  EXPECT_EQ(suspicions(columns[1]).find("tells the classes"), std::string::npos);
  EXPECT_NE(suspicions(columns[2]).find("tells the classes"), std::string::npos);
}

TEST(Describe, NumbersWithUnitsAreNotTakenForNamesInSilence) {
  std::string text = "a,b,y,\n";
  for (int i = 0; i < 30; ++i) {
    text += std::to_string(i % 15) + ".5 C,room " + std::to_string(i % 15) + "," +
            std::to_string(i) + ",\n";
  }
  const auto columns = described(text, "y");
  EXPECT_EQ(suspicions(columns[0]),
            "its names begin as numbers do ('0.5 C'): if they are, write only the numbers\n");
  EXPECT_EQ(suspicions(columns[1]), "");
  EXPECT_EQ(columns[3].kind, ColumnKind::empty);
  EXPECT_EQ(suspicions(columns[3]), "it has no name either, and is left out\n");
}

TEST(Describe, FewRowsMayStandForAll) {
  std::string text = "x,y\n";
  for (int i = 0; i < 1000; ++i)
    text += std::to_string(i % 7) + "," + std::to_string(i % 11) + "\n";
  const auto columns = describe(frame_of(text), {"y", 100});
  EXPECT_EQ(columns[0].distinct, 7U);
  EXPECT_EQ(suspicions(columns[0]), "");
}

TEST(Describe, TimesInNumbers) {
  const auto form = [](const std::string& text) {
    return times_in_numbers(frame_of(text).columns[0]);
  };
  EXPECT_EQ(form("t\n1700000000\n1700000060\n1700000120\n"), DateForm::epoch_seconds);
  EXPECT_EQ(form("t\n1700000000000\n1700000060000\n1700000120000\n"), DateForm::epoch_milliseconds);
  EXPECT_EQ(form("t\n20240131\n20240201\n20241231\n"), DateForm::compact);
  EXPECT_FALSE(form("t\n20249931\n20240201\n20241231\n"));
  EXPECT_FALSE(form("t\n1\n1700000060\n1700000120\n"));
  EXPECT_FALSE(form("t\n\n\n\n"));
}

}  // namespace
}  // namespace terse::data
