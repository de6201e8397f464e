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

TEST(Summarise, EvidenceAndThePapersRuleDiffer) {
  Summary summary;
  summary.cells = {
      cell("fp", 0, {1.0, 1.2, 1.1, 1.0, 1.2}, {1.1, 0.12}),
      cell("bw-sq", 2, {1.4, 1.6, 1.5, 1.4, 1.6}, {1.5, 0.12}),      // disjoint
      cell("bw-sq", 3, {1.1, 1.3, 1.2, 1.1, 1.3}, {1.2, 0.12}),      // overlaps, 9 % worse
      cell("bw-sq", 4, {1.0, 1.24, 1.12, 1.0, 1.24}, {1.12, 0.15}),  // 1.8 % worse: unsure
      cell("bw-sq", 5, {1.0, 1.201, 1.1, 1.0, 1.2}, {1.1, 0.12})};
  compare(summary);
  ASSERT_EQ(summary.comparisons.size(), 4U);
  const auto verdict = [&](std::size_t i) { return summary.comparisons[i].evidence.verdict; };
  EXPECT_EQ(verdict(0), stats::Verdict::inferior);
  EXPECT_FALSE(summary.comparisons[0].intervals_overlap);
  EXPECT_EQ(verdict(1), stats::Verdict::inferior);
  EXPECT_TRUE(summary.comparisons[1].intervals_overlap);
  EXPECT_NEAR(summary.comparisons[1].loss_ratio, 6.0 / 5.5, 1e-12);
  EXPECT_EQ(verdict(2), stats::Verdict::unknown);
  EXPECT_EQ(verdict(3), stats::Verdict::non_inferior);
  ASSERT_EQ(summary.tipping_points.size(), 1U);
  const TippingPoint& point = summary.tipping_points[0];
  EXPECT_EQ(point.bits_overlap, 3U);
  EXPECT_EQ(point.bits_shown, 5U);
  EXPECT_DOUBLE_EQ(point.compression_shown, 32.0 / 5);
  EXPECT_EQ(point.bits_open, 4U);
  EXPECT_NE(point.further.kind, stats::Further::not_needed);
}

// The headline must not grow kinder with less evidence.
TEST(Summarise, FewSplitsShowNothing) {
  for (const std::size_t splits : {1U, 2U}) {
    Summary summary;
    std::vector<double> full = {0.0433, 0.0441};
    std::vector<double> coded = {0.1040, 0.0890};
    full.resize(splits);
    coded.resize(splits);
    summary.cells = {cell("fp", 0, full, stats::t_interval(full)),
                     cell("bw-sq", 2, coded, stats::t_interval(coded))};
    compare(summary);
    const TippingPoint& point = summary.tipping_points.at(0);
    EXPECT_FALSE(point.bits_shown) << splits;
    EXPECT_NE(summary.comparisons.at(0).evidence.verdict, stats::Verdict::non_inferior);
  }
}

// Of many widths at once one is shown by luck, unless that is allowed for.
TEST(Summarise, MoreWidthsNeedMoreEvidence) {
  const std::vector<double> full = {1.00, 1.02, 0.98, 1.01, 0.99};
  const std::vector<double> near = {1.013, 1.016, 0.999, 1.017, 1.001};
  const auto verdict_among = [&](unsigned widths) {
    Summary summary;
    summary.cells = {cell("fp", 0, full, stats::t_interval(full))};
    for (unsigned bits = 1; bits <= widths; ++bits) {
      summary.cells.push_back(cell("bw-sq", bits, near, stats::t_interval(near)));
    }
    compare(summary);
    return summary.comparisons[0].evidence.verdict;
  };
  EXPECT_EQ(verdict_among(1), stats::Verdict::non_inferior);
  EXPECT_EQ(verdict_among(8), stats::Verdict::unknown);
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
