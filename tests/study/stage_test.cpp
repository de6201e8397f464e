#include "terse/study/stage.h"

#include <gtest/gtest.h>

#include <set>

#include "study/example_plan.h"

namespace terse::study {
namespace {

TEST(Stage, WithoutSearchOnlyTheSplits) {
  const Plan plan = small_plan();
  ResultsInMemory results;
  const auto stage = next_stage(plan, results.find());
  ASSERT_TRUE(stage);
  EXPECT_EQ(stage->name, "final");
  ASSERT_EQ(stage->trials.size(), 3U * 2U);
  for (const PlannedTrial& planned : stage->trials) results.set(planned.trial, 1);
  EXPECT_FALSE(next_stage(plan, results.find()));
}

TEST(Stage, TheLowestMeanOverFoldsWins) {
  Plan plan = small_plan();
  plan.candidates = {{{"units", "5"}}, {{"units", "6"}}, {{"units", "7"}}};
  ResultsInMemory results;
  const auto search = next_stage(plan, results.find());
  ASSERT_EQ(search->trials.size(), 3U * 3U * 2U);
  for (const PlannedTrial& planned : search->trials) {
    const std::size_t units = planned.trial.options.hidden.front();
    // 5: mean 1, 6: mean 0.9 by folds 1.7 and 0.1, 7: one fold failed.
    if (units == 5) results.set(planned.trial, 1);
    if (units == 6) results.set(planned.trial, planned.trial.fold == 0 ? 1.7 : 0.1);
    if (units == 7 && planned.trial.fold == 0) results.set(planned.trial, 0.01);
    if (units == 7 && planned.trial.fold == 1) results.fail(planned.trial);
  }
  const auto final = next_stage(plan, results.find());
  ASSERT_EQ(final->name, "final");
  for (const PlannedTrial& planned : final->trials) {
    EXPECT_EQ(planned.trial.options.hidden.front(), 6U);
  }
}

TEST(Stage, HalvingKeepsTheBestThirdWithThreeTimesTheEpochs) {
  Plan plan = small_plan();
  plan.methods = {quantize::Method::bw_sq};
  plan.bits = {2};
  plan.halving = true;
  plan.base.epochs = 18;
  for (int units = 1; units <= 9; ++units) {
    plan.candidates.push_back({{"units", std::to_string(units)}});
  }
  ResultsInMemory results;
  const std::size_t survivors[] = {9, 3, 1};
  const unsigned epochs[] = {2, 6, 18};
  for (int rung = 0; rung < 3; ++rung) {
    const auto stage = next_stage(plan, results.find());
    EXPECT_EQ(stage->name, "search " + std::to_string(rung + 1) + "/3");
    std::set<std::size_t> units;
    for (const PlannedTrial& planned : stage->trials) {
      units.insert(planned.trial.options.hidden.front());
      EXPECT_EQ(planned.trial.options.epochs, epochs[rung]);
      results.set(planned.trial, 10.0 - static_cast<double>(planned.trial.options.hidden.front()));
    }
    EXPECT_EQ(units.size(), survivors[rung]);
  }
  EXPECT_EQ(next_stage(plan, results.find())->trials[0].trial.options.hidden.front(), 9U);
}

TEST(Stage, AStageStaysTheSameWhileItsResultsArrive) {
  Plan plan = small_plan();
  plan.candidates = {{{"units", "5"}}, {{"units", "6"}}};
  ResultsInMemory results;
  const auto before = next_stage(plan, results.find());
  results.set(before->trials.front().trial, 1);
  const auto after = next_stage(plan, results.find());
  ASSERT_EQ(before->trials.size(), after->trials.size());
  for (std::size_t i = 0; i < before->trials.size(); ++i) {
    EXPECT_EQ(before->trials[i].hash, after->trials[i].hash);
  }
}

// One data set has a candidate of its own: only its cells are searched, and it may win there.
TEST(Stage, CandidatesOfOneDataSetStayThere) {
  Plan plan = small_plan();
  plan.methods = {quantize::Method::bw_sq};
  plan.bits = {2};
  plan.data.push_back(planned_data("more", "fried:130", small_table(130)));
  plan.data[1].candidates = {{{"units", "9"}}, {{"units", "7"}}};
  ResultsInMemory results;
  const auto search = next_stage(plan, results.find());
  EXPECT_EQ(search->name, "search");
  EXPECT_EQ(search->trials.size(), 4U);
  for (const PlannedTrial& planned : search->trials) {
    EXPECT_EQ(planned.trial.data_hash, plan.data[1].hash);
    results.set(planned.trial, planned.trial.options.hidden.front() == 7U ? 0.1 : 0.2);
  }
  const auto last = next_stage(plan, results.find());
  EXPECT_EQ(last->name, "final");
  EXPECT_EQ(last->trials.size(), 4U);
  for (const PlannedTrial& planned : last->trials) {
    const bool more = planned.trial.data_hash == plan.data[1].hash;
    EXPECT_EQ(planned.trial.options.hidden.front(), more ? 7U : 4U);
  }
}

TEST(Stage, FinalTrialsWaitForTheSearch) {
  Plan plan = small_plan();
  ResultsInMemory results;
  EXPECT_EQ(final_trials(plan, cells_of(plan)[0], results.find())->trials.size(), 2U);
  plan.candidates = {{{"units", "5"}}, {{"units", "6"}}};
  EXPECT_FALSE(final_trials(plan, cells_of(plan)[0], results.find()));
}

}  // namespace
}  // namespace terse::study
