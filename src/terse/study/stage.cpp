#include "terse/study/stage.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <utility>

#include "terse/base/error.h"
#include "terse/train/option_table.h"

namespace terse::study {
namespace {

// Successive halving (Jamieson and Talwalkar, "Non-stochastic best arm identification and
// hyperparameter optimization", AISTATS 2016): a third survives each rung, with three times the
// epochs.
constexpr unsigned halving_factor = 3;

std::vector<unsigned> rung_divisors(const Plan& plan) {
  if (plan.halving) return {halving_factor * halving_factor, halving_factor, 1};
  return {1};
}

// The part that all trials of a cell share.
Trial trial_of(const Plan& plan, const PlannedCell& cell, std::size_t candidate) {
  Trial trial;
  trial.data_hash = plan.data[cell.data].hash;
  trial.classification = plan.data[cell.data].classes > 0;
  trial.options = cell_options(plan, cell, candidate);
  return trial;
}

std::vector<Trial> search_trials(const Plan& plan, const PlannedCell& cell, std::size_t candidate,
                                 unsigned divisor) {
  Trial trial = trial_of(plan, cell, candidate);
  trial.options.epochs = std::max(1U, trial.options.epochs / divisor);
  trial.role = Role::search;
  trial.folds = plan.folds;
  // The rows that a column names for validation are one part.
  const bool one = trial.options.split.kind == data::SplitKind::column;
  const unsigned used = one ? 1 : plan.folds;
  std::vector<Trial> trials;
  for (trial.fold = 0; trial.fold < used; ++trial.fold) trials.push_back(trial);
  return trials;
}

// Mean over the folds; infinite if one of them failed, nothing if one is missing.
std::optional<double> search_loss(const std::vector<Trial>& trials, const FindResult& find) {
  double sum = 0;
  for (const Trial& trial : trials) {
    const auto result = find(trial);
    if (!result) return std::nullopt;
    const double loss = result->loss();
    sum += std::isnan(loss) ? std::numeric_limits<double>::infinity() : loss;
  }
  return sum / static_cast<double>(trials.size());
}

// The candidates that enter `rung`; after the last rung, best first. Nothing if a result of an
// earlier rung is missing.
std::optional<std::vector<std::size_t>> survivors(const Plan& plan, const PlannedCell& cell,
                                                  std::size_t rung, const FindResult& find) {
  std::vector<std::size_t> candidates(candidates_of(plan, cell));
  std::iota(candidates.begin(), candidates.end(), std::size_t{0});
  if (candidates.size() < 2) return candidates;
  const std::vector<unsigned> divisors = rung_divisors(plan);
  for (std::size_t done = 0; done < rung; ++done) {
    std::vector<std::pair<double, std::size_t>> ranked;
    for (const std::size_t candidate : candidates) {
      const auto loss = search_loss(search_trials(plan, cell, candidate, divisors[done]), find);
      if (!loss) return std::nullopt;
      ranked.emplace_back(*loss, candidate);
    }
    std::sort(ranked.begin(), ranked.end());
    if (done + 1 < divisors.size()) {
      ranked.resize((ranked.size() + halving_factor - 1) / halving_factor);
    }
    candidates.clear();
    for (const auto& [loss, candidate] : ranked) candidates.push_back(candidate);
  }
  return candidates;
}

class StageBuilder {
 public:
  explicit StageBuilder(const Plan& plan) : plan_(plan) {}

  void add(const std::vector<Trial>& trials, const PlannedCell& cell, std::size_t cell_index) {
    const PlannedData& data = plan_.data[cell.data];
    for (const Trial& trial : trials) {
      PlannedTrial planned;
      planned.trial = trial;
      planned.hash = trial_hash(trial);
      if (!hashes_.insert(planned.hash).second) continue;
      planned.cell = cell_index;
      planned.cost = estimated_cost(trial, data.rows, data.features);
      planned.first_split = trial.role == Role::final && trial.options.seed == plan_.seed;
      stage_.trials.push_back(std::move(planned));
    }
  }

  bool misses_any(const FindResult& find) const {
    return std::any_of(stage_.trials.begin(), stage_.trials.end(),
                       [&](const PlannedTrial& planned) { return !find(planned.trial); });
  }
  Stage take(std::string name) {
    stage_.name = std::move(name);
    return std::move(stage_);
  }

 private:
  const Plan& plan_;
  std::set<std::string> hashes_;
  Stage stage_;
};

std::vector<Trial> repeats(const Plan& plan, const PlannedCell& cell, std::size_t candidate) {
  std::vector<Trial> trials;
  for (unsigned split = 0; split < plan.splits; ++split) {
    Trial trial = trial_of(plan, cell, candidate);
    trial.options.seed = plan.seed + split;
    trials.push_back(std::move(trial));
  }
  return trials;
}

// The rung's trials of every cell, or the final ones after the last rung.
Stage stage_of(const Plan& plan, std::size_t rung, const FindResult& find, bool& complete) {
  const std::vector<PlannedCell> cells = cells_of(plan);
  const std::vector<unsigned> divisors = rung_divisors(plan);
  const bool last = rung == divisors.size();
  StageBuilder builder(plan);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto candidates = survivors(plan, cells[i], rung, find);
    TERSE_CHECK(candidates);  // the stages before are complete
    if (last) {
      builder.add(repeats(plan, cells[i], candidates->front()), cells[i], i);
      continue;
    }
    if (candidates_of(plan, cells[i]) < 2) continue;  // nothing to choose
    for (const std::size_t candidate : *candidates) {
      builder.add(search_trials(plan, cells[i], candidate, divisors[rung]), cells[i], i);
    }
  }
  complete = !builder.misses_any(find);
  if (last) return builder.take("final");
  if (divisors.size() == 1) return builder.take("search");
  return builder.take(fmt::format("search {}/{}", rung + 1, divisors.size()));
}

}  // namespace

std::optional<Stage> next_stage(const Plan& plan, const FindResult& find) {
  const std::size_t rungs = rung_divisors(plan).size();
  const std::vector<PlannedCell> cells = cells_of(plan);
  const bool search = std::ranges::any_of(
      cells, [&](const PlannedCell& cell) { return candidates_of(plan, cell) > 1; });
  for (std::size_t rung = search ? 0 : rungs; rung <= rungs; ++rung) {
    bool complete = false;
    Stage stage = stage_of(plan, rung, find, complete);
    if (!complete) return stage;
  }
  return std::nullopt;
}

std::optional<FinalTrials> final_trials(const Plan& plan, const PlannedCell& cell,
                                        const FindResult& find) {
  const auto candidates = survivors(plan, cell, rung_divisors(plan).size(), find);
  if (!candidates) return std::nullopt;
  const std::size_t winner = candidates->front();
  return FinalTrials{train::settings(cell_options(plan, cell, winner)),
                     repeats(plan, cell, winner)};
}

}  // namespace terse::study
