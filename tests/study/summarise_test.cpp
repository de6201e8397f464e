#include "terse/study/summarise.h"
#include "terse/stats/interval.h"

#include <gtest/gtest.h>

#include <cmath>

#include "study/example_plan.h"

namespace terse::study {
namespace {

Cell cell(const std::string& method, unsigned bits, std::vector<double> losses,
          stats::Interval loss) {
  Cell cell;
  cell.data = "d";
  cell.method = method;
  cell.bits = bits;
  cell.compression = bits == 0 ? 1 : 32.0 / bits;
  cell.losses = std::move(losses);
  cell.loss = loss;
  return cell;
}

TEST(Summarise, TippingPointsByBothRules) {
  Summary summary;
  summary.cells = {cell("fp", 0, {1.0, 1.2}, {1.1, 0.1}),
                   cell("bw-sq", 2, {1.4, 1.6}, {1.5, 0.2}),      // from 1.3: disjoint
                   cell("bw-sq", 3, {1.2, 1.4}, {1.3, 0.2}),      // from 1.1: overlaps, ratio 1.18
                   cell("bw-sq", 4, {1.01, 1.21}, {1.11, 0.1})};  // ratio 1.009
  compare(summary);
  ASSERT_EQ(summary.comparisons.size(), 3U);
  EXPECT_FALSE(summary.comparisons[0].interval_overlaps);
  EXPECT_TRUE(summary.comparisons[1].interval_overlaps);
  EXPECT_NEAR(summary.comparisons[1].loss_ratio, 2.6 / 2.2, 1e-12);
  EXPECT_FALSE(summary.comparisons[1].within_two_percent);
  ASSERT_EQ(summary.tipping_points.size(), 1U);
  EXPECT_EQ(summary.tipping_points[0].bits_interval, 3U);
  EXPECT_EQ(summary.tipping_points[0].bits_paired, 4U);
  EXPECT_DOUBLE_EQ(summary.tipping_points[0].compression_paired, 8);
}

TEST(Summarise, ALowerLossIsNotWorse) {
  EXPECT_TRUE(not_significantly_worse({0.5, 0.01}, {1, 0.1}));
  EXPECT_FALSE(not_significantly_worse({1, 0.1}, {0.5, 0.01}));
  EXPECT_TRUE(not_significantly_worse({1, std::nan("")}, {1, std::nan("")}));
}

TEST(Summarise, CellsComeFromTheResults) {
  const Plan plan = small_plan();
  ResultsInMemory results;
  const auto stage = next_stage(plan, results.find());
  for (const PlannedTrial& planned : stage->trials) {
    const bool fp = planned.trial.options.method == quantize::Method::fp;
    results.set(planned.trial, (fp ? 1.0 : 2.0) + static_cast<double>(planned.trial.options.seed));
  }
  results.fail(stage->trials.back().trial);
  const Summary summary = summarise(plan, results.find(), "machine");
  ASSERT_EQ(summary.cells.size(), 3U);
  EXPECT_EQ(summary.cells[0].losses, (std::vector<double>{1, 2}));
  EXPECT_EQ(summary.cells[1].losses, (std::vector<double>{2, 3}));
  EXPECT_TRUE(std::isnan(summary.cells[2].losses[1]));
  ASSERT_EQ(summary.notes.size(), 1U);
  EXPECT_EQ(summary.notes[0], "fried bw-sq 3 bits: 1 of 2 splits failed: diverged");
  EXPECT_EQ(summary.histograms.size(), 10U);
}

TEST(Summarise, WithoutAReferenceNothingIsCompared) {
  Summary summary;
  summary.cells.resize(2);
  summary.cells[0].data = summary.cells[1].data = "a";
  summary.cells[0].method = "fp";
  summary.cells[0].loss = {std::nan(""), std::nan("")};
  summary.cells[1].method = "bw-sq";
  summary.cells[1].bits = 2;
  summary.cells[1].losses = {1, 2};
  summary.cells[1].loss = {1.5, 0.1};
  compare(summary);
  EXPECT_TRUE(summary.comparisons.empty());
  EXPECT_TRUE(summary.tipping_points.empty());
}

TEST(Summarise, WhatIsMissingIsSaid) {
  Plan plan = small_plan();
  ResultsInMemory results;
  EXPECT_EQ(summarise(plan, results.find(), "").notes.size(), 3U);
  plan.candidates = {{{"units", "3"}}, {{"units", "4"}}};
  EXPECT_TRUE(summarise(plan, results.find(), "").cells.empty());
}

}  // namespace
}  // namespace terse::study
