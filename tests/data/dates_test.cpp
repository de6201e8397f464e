#include "terse/data/dates.h"

#include <gtest/gtest.h>

#include <cmath>

#include "terse/data/csv.h"

namespace terse::data {
namespace {

struct Case {
  std::string_view text;
  DateForm form;
  std::int64_t day;  // of Python's (date - date(1970, 1, 1)).days
  double seconds;
};

TEST(Dates, FormsThatAreRead) {
  const Case cases[] = {
      {"2024-02-29", DateForm::iso, 19782, 0},
      {"2024/02/29 06:30", DateForm::iso, 19782, 23400},
      {" 2024-02-29T23:59:58.5Z ", DateForm::iso, 19782, 86398.5},
      {"2024-02-29 12:00:00+01:00", DateForm::iso, 19782, 43200},
      {"2024-02-28 24:00", DateForm::iso, 19782, 0},
      {"1969-12-31", DateForm::iso, -1, 0},
      {"29.02.2024", DateForm::day_first, 19782, 0},
      {"29.2.24 6:30", DateForm::day_first, 19782, 23400},
      {"29/02/2024 18:00:00", DateForm::day_first, 19782, 64800},
      {"2/29/2024", DateForm::month_first, 19782, 0},
      {"02/29/2024 12:15 AM", DateForm::month_first, 19782, 900},
      {"02/29/2024 12:15 pm", DateForm::month_first, 19782, 44100},
      {"20240229", DateForm::compact, 19782, 0},
      {"1709164800", DateForm::epoch_seconds, 19782, 0},
      {"1709164800.25", DateForm::epoch_seconds, 19782, 0.25},
      {"1709164800500", DateForm::epoch_milliseconds, 19782, 0.5},
  };
  for (const Case& expected : cases) {
    const auto date = parse_date(expected.text, expected.form);
    ASSERT_TRUE(date.has_value()) << expected.text;
    EXPECT_EQ(date->day, expected.day) << expected.text;
    EXPECT_DOUBLE_EQ(date->seconds, expected.seconds) << expected.text;
  }
}

TEST(Dates, WhatIsNotADate) {
  const std::pair<std::string_view, DateForm> cases[] = {
      {"", DateForm::iso},
      {"2024-02-30", DateForm::iso},
      {"2023-02-29", DateForm::iso},
      {"2024-02", DateForm::iso},
      {"2024-02/29", DateForm::iso},
      {"2024-02-29x", DateForm::iso},
      {"2024-02-29 25:00", DateForm::iso},
      {"2024-02-29 10:60", DateForm::iso},
      {"2024-02-29 13:00 PM", DateForm::iso},
      {"1.5", DateForm::day_first},
      {"1.5.2", DateForm::day_first},
      {"29.02.2024", DateForm::month_first},
      {"20241301", DateForm::compact},
      {"2024022", DateForm::compact},
      {"17091648", DateForm::epoch_seconds},
      {"1e400", DateForm::epoch_seconds},
      {"nan", DateForm::epoch_seconds},
  };
  for (const auto& [text, form] : cases) EXPECT_FALSE(parse_date(text, form)) << text;
}

TEST(Dates, OneFormForAll) {
  const auto form = [](const std::vector<std::string>& texts) { return find_dates(texts)->form; };
  EXPECT_EQ(form({"2024-01-31", "2024-02-01 10:00"}), DateForm::iso);
  EXPECT_EQ(form({"31.01.2024", "01.02.2024"}), DateForm::day_first);
  EXPECT_EQ(form({"01/31/2024", "02/01/2024"}), DateForm::month_first);
  EXPECT_EQ(form({"13/01/2024", "02/01/2024"}), DateForm::day_first);
  EXPECT_TRUE(find_dates({"13/01/2024"})->clear);
  EXPECT_FALSE(find_dates({"02/01/2024"})->clear);
  EXPECT_EQ(form({"02/01/2024"}), DateForm::month_first);
  EXPECT_EQ(form({"02.01.2024"}), DateForm::day_first);
  EXPECT_FALSE(find_dates({"2024-01-31", "soon"}));
  EXPECT_FALSE(find_dates({"13/13/2024"}));
  EXPECT_FALSE(find_dates({}));
}

Frame frame_of(std::string_view text) {
  MemoryBytes bytes(text);
  return read_csv(bytes, "t.csv", {.text_columns = {"time"}});
}

TEST(Dates, PartsAsCirclesAndAsLevels) {
  // A Thursday, and the Monday of another year.
  const std::string text = "a,time,b\n1,2024-02-29 06:00,2\n3,,4\n5,2025-12-29 18:30,6\n";
  Frame frame = frame_of(text);
  replace_by_date_parts(frame, 1, Dates::levels);
  ASSERT_EQ(frame.columns.size(), 5U);
  EXPECT_EQ(frame.columns[1].name, "b");
  EXPECT_EQ(frame.columns[2].name, "time hour");
  EXPECT_EQ(frame.columns[2].values[0], 6.0F);
  EXPECT_TRUE(std::isnan(frame.columns[2].values[1]));
  EXPECT_TRUE(frame.columns[2].first_gap.present);
  EXPECT_EQ(frame.columns[2].values[2], 18.0F);
  EXPECT_EQ(frame.columns[3].values[0], 4.0F);
  EXPECT_EQ(frame.columns[3].values[2], 1.0F);
  EXPECT_EQ(frame.columns[4].values[0], 60.0F);
  EXPECT_EQ(frame.columns[4].values[2], 363.0F);

  frame = frame_of(text);
  replace_by_date_parts(frame, 1, Dates::parts);
  ASSERT_EQ(frame.columns.size(), 8U);
  EXPECT_NEAR(frame.columns[2].values[0], 1.0, 1e-6);  // a quarter of the day
  EXPECT_NEAR(frame.columns[3].values[0], 0.0, 1e-6);
  EXPECT_NEAR(frame.columns[4].values[2], 0.0, 1e-6);  // Monday begins the week
  EXPECT_NEAR(frame.columns[5].values[2], 1.0, 1e-6);
  for (std::size_t part = 2; part < 8; ++part) {
    EXPECT_EQ(date_column_of(frame.columns[part].name), "time");
  }
  EXPECT_EQ(date_column_of("time"), "");
  EXPECT_EQ(date_column_of(" hour"), "");
}

}  // namespace
}  // namespace terse::data
