#include "terse/study/summary_file.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "data/temporary_folder.h"
#include "terse/base/error.h"
#include "terse/study/summarise.h"

namespace terse::study {
namespace {

Summary example() {
  Summary summary;
  Cell cell;
  cell.data = "a,\"b\"";
  cell.method = "bw-sq";
  cell.bits = 3;
  cell.losses = {0.5, std::nan("")};
  cell.loss = {0.5, std::nan("")};
  cell.settings = {{"hidden", "5x128"}};
  Cell full = cell;
  full.method = "fp";
  full.bits = 0;
  full.losses = {0.4, 0.41};
  full.loss = {0.405, 0.01};
  summary.cells = {cell, full};
  summary.margin = 0.05;
  summary.resampling = {0.25};
  compare(summary);
  summary.histograms = {{cell.data, "x", "m", {0, 1}, {7}, {{"bw-sq 3 bits", {0.5}}}}};
  summary.command = "terse study";
  summary.splits = 2;
  summary.notes = {"a note"};
  return summary;
}

TEST(SummaryFile, ReadsWhatItWrites) {
  const TemporaryFolder folder;
  write_summary(example(), folder.path());
  const Summary read = read_summary(folder.path() / "summary.json");
  EXPECT_EQ(summary_json(read), summary_json(example()));
  EXPECT_TRUE(std::isnan(read.cells[0].losses[1]));
  EXPECT_EQ(read.margin, 0.05);
  EXPECT_EQ(read.resampling.test_per_train, 0.25);
  ASSERT_EQ(read.comparisons.size(), 1U);
  EXPECT_EQ(read.comparisons[0].evidence.failed, 1U);
  EXPECT_FALSE(read.tipping_points[0].bits_shown);
}

// Summaries of earlier versions say what the paper's rule and a ratio of means make of the losses.
TEST(SummaryFile, EarlierOnesAreComparedAnew) {
  std::string text = summary_json(example());
  const auto cut = [&text](const std::string& name) {
    const std::size_t begin = text.find("\"" + name + "\"");
    ASSERT_NE(begin, std::string::npos) << name;
    text.erase(begin, text.find('\n', begin) + 1 - begin);
  };
  cut("margin");
  cut("test_per_train");
  const Summary read = parse_summary(text, "");
  EXPECT_EQ(read.margin, 0.02);
  EXPECT_NEAR(read.resampling.test_per_train, 1.0 / 9, 1e-15);
  EXPECT_EQ(read.comparisons.size(), 1U);
}

TEST(SummaryFile, KeepsTheAccuracyOfClasses) {
  Summary summary = example();
  summary.cells[0].accuracy = 0.75;
  EXPECT_EQ(parse_summary(summary_json(summary), "").cells[0].accuracy, 0.75);
  EXPECT_TRUE(std::isnan(parse_summary(summary_json(example()), "").cells[0].accuracy));
  EXPECT_NE(summary_csv(summary).find(",0.5,,0.75,2,"), std::string::npos);
}

TEST(SummaryFile, CsvQuotesNamesAndLeavesTheUnknownEmpty) {
  const std::string csv = summary_csv(example());
  const std::size_t begin = csv.find('\n') + 1;
  EXPECT_EQ(csv.substr(begin, csv.find('\n', begin) + 1 - begin),
            "\"a,\"\"b\"\"\",bw-sq,3,0,0,1,0.5,,,2,0,0.5 -\n");
}

TEST(SummaryFile, DamagedOnesAreNamed) {
  const std::string good = summary_json(example());
  for (std::size_t bytes = 0; bytes + 2 < good.size(); bytes += 29) {
    EXPECT_THROW(parse_summary(good.substr(0, bytes), "s.json"), base::InputError);
  }
  EXPECT_THROW(read_summary("no_such_file.json"), base::InputError);
}

TEST(SummaryFile, WholeNumbersAreReadAsTheyStandOrRefused) {
  const nlohmann::ordered_json good = nlohmann::ordered_json::parse(summary_json(example()));
  for (const char* place : {"/seed", "/splits", "/cells/0/bits", "/histograms/0/counts/0"}) {
    for (const char* number : {"2.5", "-1", "1e32", "18446744073709551616", "null"}) {
      nlohmann::ordered_json json = good;
      json[nlohmann::ordered_json::json_pointer(place)] = nlohmann::ordered_json::parse(number);
      EXPECT_THROW(parse_summary(json.dump(), "s.json"), base::InputError) << place << number;
    }
  }
}

}  // namespace
}  // namespace terse::study
