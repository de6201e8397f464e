#include "terse/study/summary_file.h"

#include <gtest/gtest.h>

#include <cmath>

#include "data/temporary_folder.h"
#include "terse/base/error.h"

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
  summary.cells = {cell};
  summary.comparisons = {{cell.data, "bw-sq", 3, true, 1.25, 0.5, false}};
  summary.tipping_points = {{cell.data, "bw-sq", 3U, {}, 10, 0}};
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
  EXPECT_EQ(read.tipping_points[0].bits_interval, 3U);
  EXPECT_FALSE(read.tipping_points[0].bits_paired);
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
  EXPECT_EQ(csv.substr(csv.find('\n') + 1), "\"a,\"\"b\"\"\",bw-sq,3,0,0,1,0.5,,,2,0,0.5 -\n");
}

TEST(SummaryFile, DamagedOnesAreNamed) {
  const std::string good = summary_json(example());
  for (std::size_t bytes = 0; bytes + 2 < good.size(); bytes += 29) {
    EXPECT_THROW(parse_summary(good.substr(0, bytes), "s.json"), base::InputError);
  }
  EXPECT_THROW(read_summary("no_such_file.json"), base::InputError);
}

}  // namespace
}  // namespace terse::study
