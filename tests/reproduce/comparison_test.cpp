#include "terse/reproduce/comparison.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "terse/reproduce/published.h"

namespace terse::reproduce {
namespace {

using quantize::Method;

study::Cell own(const std::string& data, const std::string& method, unsigned bits, double mean) {
  study::Cell cell;
  cell.data = data;
  cell.method = method;
  cell.bits = bits;
  cell.losses = {mean - 0.001, mean + 0.001, std::nan("")};
  cell.loss = {mean, 0.002};
  cell.train_seconds_mean = 1.5;
  return cell;
}

const ComparedCell& cell_of(const Reproduction& reproduction, const std::string& data,
                            Method method, unsigned bits) {
  for (const ComparedCell& cell : reproduction.cells) {
    if (cell.data == data && cell.method == method && cell.bits == bits) return cell;
  }
  throw std::runtime_error("no such cell");
}

// california, bw-sq, 2 bits is printed as 0.257 to 0.323.
TEST(Comparison, MarksWhereOurMeanLies) {
  for (const auto& [mean, mark] : {std::pair{0.25, Mark::better},
                                   {0.26, Mark::inside},
                                   {0.32, Mark::inside},
                                   {0.33, Mark::worse}}) {
    study::Summary summary;
    summary.cells.push_back(own("california", "bw-sq", 2, mean));
    const Reproduction made = compare(summary);
    const ComparedCell& cell = cell_of(made, "california", Method::bw_sq, 2);
    EXPECT_EQ(cell.mark, mark) << mean;
    EXPECT_EQ(cell.splits, 2U);
    EXPECT_EQ(cell.our_seconds, 1.5);
    EXPECT_EQ(cell_of(made, "california", Method::bw_sq, 3).mark, Mark::not_run);
  }
}

TEST(Comparison, FindsACellAndThatOfFullPrecisionAtEveryWidth) {
  const Reproduction made = compare({});
  const ComparedCell* cell = find_cell(made.cells, "fried", Method::bw_sq, 3);
  ASSERT_NE(cell, nullptr);
  EXPECT_EQ(cell, &cell_of(made, "fried", Method::bw_sq, 3));
  ASSERT_NE(find_cell(made.cells, "fried", Method::fp, 0), nullptr);
  EXPECT_EQ(find_cell(made.cells, "fried", Method::fp, 5),
            find_cell(made.cells, "fried", Method::fp, 0));
  EXPECT_EQ(find_cell(made.cells, "fried", Method::bw_sq, 9), nullptr);
  EXPECT_EQ(find_cell(made.cells, "other", Method::bw_sq, 3), nullptr);
}

// The printed tipping points of bw-sq follow from the printed intervals by our rule.
TEST(Comparison, FindsThePublishedTippingPoints) {
  const std::map<std::string, unsigned> printed = {{"california", 3},   {"fried", 6},
                                                   {"superconduct", 2}, {"cpu_act", 3},
                                                   {"sulfur", 4},       {"wine_quality", 2}};
  const Reproduction made = compare({});
  std::size_t seen = 0;
  for (const ComparedTippingPoint& point : made.tipping_points) {
    EXPECT_FALSE(point.ours.has_value());
    if (point.method != Method::bw_sq) continue;
    EXPECT_EQ(point.published, printed.at(point.data)) << point.data;
    ++seen;
  }
  EXPECT_EQ(seen, 6U);
}

// Table 2 as printed.
TEST(Comparison, FindsThePublishedAblation) {
  const std::map<std::pair<std::string, Method>, double> printed = {
      {{"california", Method::bw_sq}, 0.195},   {{"california", Method::sq}, 12.15},
      {{"california", Method::bw_mq}, 57.43},   {{"cpu_act", Method::bw_qq}, 112.85},
      {{"superconduct", Method::bw_qq}, -0.75}, {{"wine_quality", Method::bw_sq}, 0.543}};
  std::size_t seen = 0;
  for (const ComparedAblation& ablation : compare({}).ablations) {
    EXPECT_TRUE(std::isnan(ablation.ours));
    const auto found = printed.find({ablation.data, ablation.method});
    if (found == printed.end()) continue;
    const double bound = ablation.method == Method::bw_sq ? 6e-4 : 0.02;
    EXPECT_NEAR(ablation.published, found->second, bound) << ablation.data;
    ++seen;
  }
  EXPECT_EQ(seen, printed.size());
}

TEST(Comparison, CountsPairsInTheSameOrder) {
  study::Summary summary;
  // Published at 2 bits: fp 0.186, bw-sq 0.290, pr-mq 0.593, all disjoint.
  summary.cells = {own("california", "fp", 0, 0.18), own("california", "bw-sq", 2, 0.6),
                   own("california", "pr-mq", 2, 0.5)};
  const Reproduction made = compare(summary);
  EXPECT_EQ(made.ranked_pairs, 3U);
  EXPECT_EQ(made.ranked_alike, 2U);
}

}  // namespace
}  // namespace terse::reproduce
