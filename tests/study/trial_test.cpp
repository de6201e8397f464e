#include "terse/study/trial.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <set>

#include "terse/data/checksum.h"

namespace terse::study {
namespace {

Trial example() {
  Trial trial;
  trial.data_hash = "d0";
  trial.options.threads = 1;
  return trial;
}

TEST(Trial, TheNameIsTheHashOfOneSortedLine) {
  const std::string json = canonical_json(example());
  EXPECT_EQ(json.find("{\"data\":\"d0\",\"role\":\"final\",\"seed\":0,\"settings\":{"), 0U) << json;
  EXPECT_EQ(json.find('\n'), std::string::npos);
  const std::string_view part = json;
  EXPECT_EQ(trial_hash(example()), data::sha256_hex({&part, 1}));
}

TEST(Trial, WhateverDecidesTheOutcomeChangesTheName) {
  const std::function<void(Trial&)> changes[] = {
      [](Trial&) {},
      [](Trial& t) { t.data_hash = "d1"; },
      [](Trial& t) { t.options.seed = 1; },
      [](Trial& t) { t.options.method = quantize::Method::sq; },
      [](Trial& t) { t.options.bits = 2; },
      [](Trial& t) { t.options.hidden = {8}; },
      [](Trial& t) { t.options.epochs = 49; },
      [](Trial& t) { t.options.learning_rate = 1e-4; },
      [](Trial& t) { t.options.dropout = 0.2; },
      [](Trial& t) { t.options.test_fraction = 0.2; },
      [](Trial& t) {
        t.options.levels = {{"a", 3}};
      },
      [](Trial& t) {
        t.role = Role::search;
        t.folds = 4;
      },
      [](Trial& t) {
        t.role = Role::search;
        t.folds = 4;
        t.fold = 1;
      },
  };
  std::set<std::string> hashes;
  for (const auto& change : changes) {
    Trial trial = example();
    change(trial);
    hashes.insert(trial_hash(trial));
  }
  EXPECT_EQ(hashes.size(), std::size(changes));
}

// Two features, one hidden layer of 3 units, 10 rows in one batch of 512, fp: 2 * 3 + 3 weights.
TEST(Trial, CostByHand) {
  Trial trial = example();
  trial.options.method = quantize::Method::fp;
  trial.options.hidden = {3};
  trial.options.epochs = 2;
  EXPECT_DOUBLE_EQ(estimated_cost(trial, 512, 2), 2 * (512 * 6 * 9 + 2 * 12 * 9));
}

TEST(Trial, LossIsTheMetricThatTrainingMinimises) {
  TrialResult result;
  EXPECT_TRUE(std::isnan(result.loss()));
  result.metrics = {{"accuracy", 0.9}, {"log_loss", 0.3}};
  EXPECT_DOUBLE_EQ(result.loss(), 0.3);
  result.metrics = {{"mae", 2}, {"mse", 0.1}};
  EXPECT_DOUBLE_EQ(result.loss(), 0.1);
}

}  // namespace
}  // namespace terse::study
