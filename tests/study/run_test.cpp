#include "terse/study/run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "data/temporary_folder.h"
#include "study/example_plan.h"
#include "terse/data/split.h"
#include "terse/train/joint.h"
#include "terse/train/metrics.h"
#include "terse/train/observer.h"

namespace terse::study {
namespace {

RunOptions with_jobs(unsigned jobs) {
  RunOptions options;
  options.jobs = jobs;
  return options;
}

TEST(Run, EveryTrialOnceAndNoneAgain) {
  const TemporaryFolder folder;
  const Journal journal(folder.path());
  const Plan plan = small_plan();
  const RunReport first = run_study(plan, {small_table()}, journal, with_jobs(2));
  EXPECT_TRUE(first.complete);
  EXPECT_EQ(first.trained, 6U);
  EXPECT_EQ(run_study(plan, {small_table()}, journal, {}).trained, 0U);
  Plan changed = plan;
  changed.base.epochs = 3;
  EXPECT_EQ(run_study(changed, {small_table()}, journal, {}).trained, 6U);
}

TEST(Run, AStoppedStudyGoesOnWhereItWas) {
  const TemporaryFolder folder;
  const Journal journal(folder.path());
  const Plan plan = small_plan();
  std::atomic<bool> stop{false};
  RunOptions options;
  options.stop = &stop;
  options.on_change = [&](const StudyProgress& progress) { stop = progress.done == 2; };
  EXPECT_THROW(run_study(plan, {small_table()}, journal, options), train::Interrupted);
  EXPECT_EQ(run_study(plan, {small_table()}, journal, {}).trained, 4U);
}

// A class of 12 rows among 120 is in every test part of 12: stratified, as terse train splits.
TEST(Run, ClassesAreSplitByTheirShares) {
  data::Table table = small_table();
  table.classes = {"often", "seldom"};
  for (std::size_t row = 0; row < table.rows(); ++row) table.target[row] = row < 12 ? 1.0F : 0.0F;
  Trial trial;
  trial.classification = true;
  trial.options = small_plan().base;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    trial.options.seed = seed;
    const TrialResult result = perform(trial, table, 0, false, nullptr);
    const data::Split split = data::stratified_split(table.target, 0.1, seed);
    const model::Model model = train::train_model(table, split.train, trial.options);
    EXPECT_EQ(result.loss(), train::evaluate(model, table, split.test).classes.log_loss);
  }
  EXPECT_EQ(planned_data("two", "two.csv", table).classes, 2U);
}

TEST(Run, AFinalTrialIsWhatTrainWouldDo) {
  const data::Table table = small_table();
  Trial trial;
  trial.options = small_plan().base;
  trial.options.seed = 5;
  const TrialResult result = perform(trial, table, 0, true, nullptr);
  const data::Split split = data::random_split(table.rows(), 0.1, 5);
  const model::Model model = train::train_model(table, split.train, trial.options);
  EXPECT_EQ(result.loss(), train::evaluate(model, table, split.test).mse);
  EXPECT_EQ(result.thresholds.size(), 10U);
  EXPECT_EQ(result.thresholds[0].size(), model.thresholds.count(0));
  EXPECT_TRUE(perform(trial, table, 0, false, nullptr).thresholds.empty());
  trial.options.bits = 6;
  EXPECT_TRUE(perform(trial, table, 0, true, nullptr).thresholds.empty());
}

TEST(Run, ADivergedTrainingIsAResult) {
  const TemporaryFolder folder;
  const Journal journal(folder.path());
  Plan plan = small_plan();
  plan.methods = {quantize::Method::fp};
  plan.splits = 1;
  data::Table table = small_table();
  table.target.assign(table.target.size(), std::numeric_limits<float>::infinity());
  const RunReport report = run_study(plan, {table}, journal, {});
  EXPECT_TRUE(report.complete);
  const Trial trial = final_trials(plan, cells_of(plan)[0], [](const Trial&) {
                        return std::optional<TrialResult>();
                      })->trials.front();
  EXPECT_NE(journal.find(trial)->error.find("diverged"), std::string::npos);
}

TEST(Run, ShardsShareTheTrialsEvenly) {
  std::vector<PlannedTrial> trials(100);
  for (std::size_t i = 0; i < trials.size(); ++i) {
    trials[i].cost = static_cast<double>(1 + i % 7);
    trials[i].hash = std::to_string(i);
  }
  const std::vector<unsigned> shards = shard_of_trials(trials, 3);
  std::vector<double> loads(3);
  for (std::size_t i = 0; i < trials.size(); ++i) loads[shards[i]] += trials[i].cost;
  const double total = std::accumulate(loads.begin(), loads.end(), 0.0);
  EXPECT_LE(*std::max_element(loads.begin(), loads.end()), total / 3 + 1);
  std::reverse(trials.begin(), trials.end());
  std::vector<unsigned> reversed = shard_of_trials(trials, 3);
  std::reverse(reversed.begin(), reversed.end());
  EXPECT_EQ(shards, reversed);
}

TEST(Run, ShardsWithASearchWaitForEachOther) {
  const TemporaryFolder folder;
  const Journal journal(folder.path());
  Plan plan = small_plan();
  plan.candidates = {{{"units", "3"}}, {{"units", "4"}}};
  RunOptions first;
  first.shard = {1, 2};
  RunOptions second;
  second.shard = {2, 2};
  std::size_t trained = 0;
  for (const RunOptions* options : {&first, &second, &first, &second}) {
    trained += run_study(plan, {small_table()}, journal, *options).trained;
  }
  EXPECT_TRUE(run_study(plan, {small_table()}, journal, first).complete);
  EXPECT_EQ(trained, 3U * 2U * 2U + 3U * 2U);
}

TEST(Run, ProgressCountsToTheEnd) {
  const TemporaryFolder folder;
  const Journal journal(folder.path());
  StudyProgress last;
  RunOptions options;
  options.on_change = [&](const StudyProgress& progress) { last = progress; };
  run_study(small_plan(), {small_table()}, journal, options);
  EXPECT_EQ(last.done, 6U);
  EXPECT_EQ(last.total, 6U);
  EXPECT_EQ(last.running, 0U);
  EXPECT_EQ(last.best.find("fried "), 0U) << last.best;
}

}  // namespace
}  // namespace terse::study
