#include "terse/reproduce/protocol.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "terse/base/error.h"
#include "terse/reproduce/published.h"
#include "terse/study/candidates.h"

namespace terse::reproduce {
namespace {

constexpr std::size_t published_draws = 100;
constexpr std::size_t units_most = 512;
// Of a table whose epochs are so short that 50 of them are too few steps for Adam.
constexpr std::size_t few_rows = 12'000;

// Text of paper sections 4.1 and appendix C: what tables 6 and 7 were trained with.
struct ScheduleTraining {
  const char* data;
  unsigned bits;
  std::size_t units;
  double learning_rate, dropout;
};
constexpr ScheduleTraining schedule_trainings[] = {{"wine_quality", 2, 512, 1e-3, 0.4},
                                                   {"superconduct", 7, 8192, 1e-4, 0.2}};

const ScheduleTraining& schedule_training(const std::string& data) {
  for (const ScheduleTraining& training : schedule_trainings) {
    if (data == training.data) return training;
  }
  TERSE_CHECK(false);
}

}  // namespace

std::vector<study::Settings> candidates_of(const ProtocolOptions& options) {
  if (options.search == Search::paper) {
    return study::draw(study::paper_space(), published_draws, options.seed);
  }
  if (!options.portfolio.empty()) return options.portfolio;
  // Thresholds that start where trees split, and the mean of the last quarter's weights, help on
  // most sets; dropout on the small noisy ones, few units where the function is smooth.
  return {{{"hidden", "4x256"}, {"average", "0.25"}, {"start", "tree"}},
          {{"hidden", "4x256"}, {"average", "0.25"}, {"start", "tree"}, {"dropout", "0.2"}},
          {{"hidden", "4x256"}, {"average", "0.25"}, {"dropout", "0.2"}},
          {{"hidden", "5x32"}, {"average", "0.25"}, {"start", "tree"}, {"epochs", "70"}}};
}

std::vector<study::Settings> candidates_for_few_rows(const ProtocolOptions& options) {
  if (options.search == Search::paper || !options.portfolio.empty()) return {};
  return {{{"hidden", "4x256"}, {"average", "0.25"}, {"batch", "128"}, {"epochs", "100"}},
          {{"hidden", "4x256"}, {"average", "0.25"}, {"dropout", "0.1"}}};
}

study::Plan tables_plan(const std::vector<study::PlannedData>& data, const Needs& needs,
                        const ProtocolOptions& options) {
  study::Plan plan;
  plan.data = data;
  plan.methods.clear();
  for (const quantize::Method method : quantize::all_methods) {
    if (needs.methods.contains(method)) plan.methods.push_back(method);
  }
  plan.bits.assign(needs.bits.begin(), needs.bits.end());
  plan.splits = options.splits;
  plan.folds = options.folds;
  plan.seed = options.seed;
  plan.candidates = candidates_of(options);
  if (options.search == Search::portfolio) {
    plan.method_settings = study::settings_of_methods(train::Protocol::terse, plan.methods);
  }
  for (study::PlannedData& table : plan.data) {
    if (table.rows <= few_rows) table.candidates = candidates_for_few_rows(options);
  }
  return plan;
}

study::Plan schedules_plan(const study::PlannedData& data, const ProtocolOptions& options) {
  const ScheduleTraining& training = schedule_training(data.name);
  study::Plan plan;
  plan.data = {data};
  plan.methods = {quantize::Method::bw_sq};
  plan.bits = {training.bits};
  plan.splits = 1;
  plan.folds = options.folds;
  plan.seed = options.seed;
  const std::size_t units =
      options.search == Search::paper ? training.units : std::min(training.units, units_most);
  plan.base.hidden.assign(6, units);
  plan.base.epochs = 50;
  plan.base.learning_rate = training.learning_rate;
  plan.base.dropout = training.dropout;
  for (const PublishedSchedule& published : published_schedules()) {
    if (published.data != data.name) continue;
    plan.candidates.push_back({{"schedule", std::string(quantize::name(published.schedule))},
                               {"temperature_end", fmt::format("{}", published.temperature_end)}});
  }
  return plan;
}

std::vector<ScheduleLoss> schedule_losses(const study::Plan& plan, const study::FindResult& find) {
  std::vector<ScheduleLoss> losses;
  for (const PublishedSchedule& published : published_schedules()) {
    if (published.data != plan.data.front().name) continue;
    losses.push_back({published.data, published.bits, published.schedule, published.temperature_end,
                      published.mse, 0.0});
  }
  // The search's trainings, whether done or not.
  const auto nothing = [](const study::Trial&) { return std::optional<study::TrialResult>(); };
  const std::optional<study::Stage> search = study::next_stage(plan, nothing);
  TERSE_CHECK(search.has_value());
  for (const study::PlannedTrial& planned : search->trials) {
    const train::Options& options = planned.trial.options;
    for (ScheduleLoss& loss : losses) {
      if (loss.schedule != options.schedule || loss.temperature_end != options.temperature_end) {
        continue;
      }
      const auto result = find(planned.trial);
      const double own = result ? result->loss() : std::numeric_limits<double>::quiet_NaN();
      loss.ours += own / static_cast<double>(plan.folds);
    }
  }
  return losses;
}

}  // namespace terse::reproduce
