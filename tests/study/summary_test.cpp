#include "terse/study/summary.h"

#include <gtest/gtest.h>

namespace terse::study {
namespace {

Summary example() {
  Summary summary;
  for (const auto& [data, method, bits] : {std::tuple{"fried", "fp", 0U},
                                           {"fried", "bw-sq", 2U},
                                           {"fried", "bw-sq", 3U},
                                           {"sulfur", "bw-sq", 3U}}) {
    Cell cell;
    cell.data = data;
    cell.method = method;
    cell.bits = bits;
    summary.cells.push_back(cell);
  }
  summary.comparisons.push_back({.data = "fried", .method = "bw-sq", .bits = 3});
  return summary;
}

TEST(Summary, FindsACellByDataMethodAndBits) {
  const Summary summary = example();
  EXPECT_EQ(find_cell(summary, "fried", "bw-sq", 3), &summary.cells[2]);
  EXPECT_EQ(find_cell(summary, "sulfur", "bw-sq", 3), &summary.cells[3]);
  EXPECT_EQ(find_cell(summary, "fried", "bw-sq", 5), nullptr);
  EXPECT_EQ(find_cell(summary, "fried", "sq", 3), nullptr);
  EXPECT_EQ(find_cell(summary, "cpu_act", "bw-sq", 3), nullptr);
}

TEST(Summary, FindsTheComparisonOfACell) {
  const Summary summary = example();
  EXPECT_EQ(find_comparison(summary, summary.cells[2]), &summary.comparisons[0]);
  for (const std::size_t other : {0, 1, 3}) {
    EXPECT_EQ(find_comparison(summary, summary.cells[other]), nullptr) << other;
  }
}

}  // namespace
}  // namespace terse::study
