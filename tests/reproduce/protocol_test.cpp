#include "terse/reproduce/protocol.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace terse::reproduce {
namespace {

study::PlannedData planned(const std::string& name) {
  study::PlannedData data;
  data.name = data.data = data.hash = name;
  data.rows = 1000;
  data.features = 8;
  return data;
}

const auto nothing = [](const study::Trial&) { return std::optional<study::TrialResult>(); };

TEST(Protocol, PortfoliosAreSmall) {
  auto candidates = candidates_of({});
  const auto more = candidates_for_few_rows({});
  candidates.insert(candidates.end(), more.begin(), more.end());
  EXPECT_LE(candidates.size(), 8U);
  for (const study::Settings& settings : candidates) {
    const train::Options options = study::with_settings({}, settings, "");
    for (const std::size_t units : options.hidden) EXPECT_LE(units, 512U);
  }
}

TEST(Protocol, SmallTablesAreTrainedInMoreStepsToo) {
  std::vector<study::PlannedData> data = {planned("wine_quality"), planned("fried")};
  data[0].rows = 6497;
  data[1].rows = 40'768;
  const study::Plan plan = tables_plan(data, needs_of({"table9"}), {});
  EXPECT_EQ(plan.data[0].candidates.size(), 2U);
  EXPECT_TRUE(plan.data[1].candidates.empty());
  const study::Plan one = tables_plan(data, needs_of({"table9"}), {.portfolio = {{}}});
  EXPECT_TRUE(one.data[0].candidates.empty());
}

// 100 draws x 4 folds x 42 cells x 10 methods, as the paper counts; full precision is the same at
// every width and is searched once here, and a draw that comes twice is trained once.
TEST(Protocol, ThePapersSearchHasItsSize) {
  std::vector<study::PlannedData> data;
  for (const char* name :
       {"california", "fried", "superconduct", "cpu_act", "sulfur", "wine_quality"}) {
    data.push_back(planned(name));
  }
  ProtocolOptions options;
  options.search = Search::paper;
  const study::Plan plan = tables_plan(data, needs_of({"all"}), options);
  const auto stage = study::next_stage(plan, nothing);
  ASSERT_TRUE(stage.has_value());
  EXPECT_EQ(plan.candidates.size(), 100U);
  const std::set<study::Settings> draws(plan.candidates.begin(), plan.candidates.end());
  EXPECT_GT(draws.size(), 80U);
  EXPECT_EQ(stage->trials.size(), draws.size() * 4U * (42U * 9U + 6U));
  EXPECT_EQ(plan.splits, 10U);
  EXPECT_FALSE(plan.halving);
}

TEST(Protocol, ASingleSettingIsNotSearched) {
  ProtocolOptions options;
  options.portfolio = {{{"hidden", "2x16"}}};
  const auto stage =
      study::next_stage(tables_plan({planned("sulfur")}, needs_of({"figure6"}), options), nothing);
  ASSERT_TRUE(stage.has_value());
  EXPECT_EQ(stage->trials.size(), 10U * 7U);
  EXPECT_EQ(stage->trials.front().trial.role, study::Role::final);
}

TEST(Protocol, SchedulesAreTrainedAsInTheTables) {
  const study::Plan wine = schedules_plan(planned("wine_quality"), {});
  EXPECT_EQ(wine.candidates.size(), 15U);
  EXPECT_EQ(wine.base.hidden, std::vector<std::size_t>(6, 512));
  EXPECT_EQ(wine.base.dropout, 0.4);
  EXPECT_EQ(wine.bits, std::vector<unsigned>{2});
  EXPECT_EQ(schedules_plan(planned("superconduct"), {}).base.hidden,
            std::vector<std::size_t>(6, 512));
  ProtocolOptions paper;
  paper.search = Search::paper;
  EXPECT_EQ(schedules_plan(planned("superconduct"), paper).base.hidden,
            std::vector<std::size_t>(6, 8192));
}

TEST(Protocol, ScheduleLossesAreMeansOverFolds) {
  const study::Plan plan = schedules_plan(planned("wine_quality"), {});
  const auto find = [](const study::Trial& trial) -> std::optional<study::TrialResult> {
    const bool missing = trial.options.schedule == quantize::Schedule::linear &&
                         trial.options.temperature_end == 1e-2 && trial.fold == 2;
    if (missing) return std::nullopt;
    study::TrialResult result;
    result.metrics = {{"mse", trial.options.temperature_end + trial.fold}};
    return result;
  };
  const auto losses = schedule_losses(plan, find);
  ASSERT_EQ(losses.size(), 15U);
  std::size_t missing = 0;
  for (const ScheduleLoss& loss : losses) {
    if (std::isnan(loss.ours)) {
      ++missing;
      EXPECT_EQ(loss.schedule, quantize::Schedule::linear);
    } else {
      EXPECT_NEAR(loss.ours, loss.temperature_end + 1.5, 1e-12);
    }
    EXPECT_GT(loss.published, 0.6);
  }
  EXPECT_EQ(missing, 1U);
}

}  // namespace
}  // namespace terse::reproduce
