#include "terse/study/plan.h"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>

#include "study/example_plan.h"
#include "terse/base/error.h"

namespace terse::study {
namespace {

TEST(Plan, FullPrecisionHasOneCellOthersOnePerWidth) {
  const auto cells = cells_of(small_plan());
  ASSERT_EQ(cells.size(), 3U);
  EXPECT_EQ(cells[0].bits, 0U);
  EXPECT_EQ(cells[2].bits, 3U);
  EXPECT_EQ(cells[2].method, quantize::Method::bw_sq);
}

TEST(Plan, WhatCannotBeStudiedIsRefused) {
  const std::function<void(Plan&)> spoils[] = {
      [](Plan& p) { p.data.clear(); },
      [](Plan& p) { p.data.push_back(p.data[0]); },
      [](Plan& p) { p.methods.clear(); },
      [](Plan& p) { p.bits.clear(); },
      [](Plan& p) { p.bits = {9}; },
      [](Plan& p) { p.bits = {0}; },
      [](Plan& p) { p.splits = 0; },
      [](Plan& p) { p.folds = 1; },
      [](Plan& p) { p.base.test_fraction = 0; },
      [](Plan& p) { p.base.epochs = 0; },
      [](Plan& p) {
        p.candidates = {{{"epochs", "-1"}}};
      },
  };
  EXPECT_NO_THROW(validate(small_plan()));
  for (const auto& spoil : spoils) {
    Plan plan = small_plan();
    spoil(plan);
    EXPECT_THROW(validate(plan), base::InputError) << &spoil - spoils;
  }
}

TEST(Plan, ReadsWhatItWrites) {
  Plan plan = small_plan();
  plan.command = "terse study \"a b\"";
  plan.candidates = {{{"units", "8"}}, {{"units", "16"}, {"dropout", "0.1"}}};
  plan.data[0].candidates = {{{"batch", "8"}}};
  plan.halving = true;
  plan.seed = 1ULL << 60;
  const std::string text = write_plan(plan);
  EXPECT_EQ(write_plan(read_plan(text, "study.json")), text);
  EXPECT_EQ(read_plan(text, "").seed, plan.seed);
  EXPECT_EQ(read_plan(text, "").data[0].candidates, plan.data[0].candidates);
}

TEST(Plan, DamagedPlansAreNamed) {
  const std::string good = write_plan(small_plan());
  for (std::size_t bytes = 0; bytes + 2 < good.size(); bytes += 37) {
    EXPECT_THROW(read_plan(good.substr(0, bytes), "study.json"), base::InputError);
  }
}

// 2.5 would be cut, -1 wrap round, and 1e32 has no value at all.
TEST(Plan, WholeNumbersAreReadAsTheyStandOrRefused) {
  const nlohmann::ordered_json good = nlohmann::ordered_json::parse(write_plan(small_plan()));
  for (const char* place : {"/data/0/rows", "/data/0/classes", "/data/0/features/0/counts/0",
                            "/bits/0", "/splits", "/seed", "/folds"}) {
    for (const char* number : {"2.5", "-1", "1e32", "18446744073709551616", "true"}) {
      nlohmann::ordered_json json = good;
      json[nlohmann::ordered_json::json_pointer(place)] = nlohmann::ordered_json::parse(number);
      EXPECT_THROW(read_plan(json.dump(), "study.json"), base::InputError) << place << number;
    }
  }
  nlohmann::ordered_json wide = good;
  wide["folds"] = (1ULL << 32) + 4;
  EXPECT_THROW(read_plan(wide.dump(), "study.json"), base::InputError);
}

TEST(Plan, HistogramsCountEveryReadingOnce) {
  const Plan plan = small_plan();
  for (const FeatureHistogram& histogram : plan.data[0].histograms) {
    EXPECT_EQ(histogram.edges.size(), histogram.counts.size() + 1);
    EXPECT_EQ(std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::size_t{0}),
              120U);
  }
}

}  // namespace
}  // namespace terse::study
