#include "terse/study/run.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <limits>
#include <map>
#include <mutex>
#include <numeric>
#include <set>
#include <thread>

#include "terse/base/error.h"
#include "terse/data/split_rule.h"
#include "terse/study/results.h"
#include "terse/train/joint.h"
#include "terse/train/metrics.h"
#include "terse/train/observer.h"

namespace terse::study {
namespace {

using Clock = std::chrono::steady_clock;

// The trials of one stage, handed out to threads.
class Work {
 public:
  Work(const Plan& plan, const std::vector<data::Table>& tables, Results& results,
       const RunOptions& options, std::string stage)
      : plan_(plan), tables_(tables), cells_(cells_of(plan)), results_(results), options_(options) {
    progress_.stage = std::move(stage);
    progress_.eta_seconds = std::numeric_limits<double>::quiet_NaN();
  }

  void add(PlannedTrial planned) {
    ++progress_.total;
    if (const auto result = results_.find(planned.trial)) {
      ++progress_.done;
      note_best(planned, *result);
      return;
    }
    cost_left_ += planned.cost;
    queue_.push_back(std::move(planned));
  }

  // Longest first, so that no long one is left for the end.
  std::size_t run() {
    std::sort(queue_.begin(), queue_.end(), [](const PlannedTrial& a, const PlannedTrial& b) {
      return a.cost != b.cost ? a.cost > b.cost : a.hash < b.hash;
    });
    start_ = Clock::now();
    const std::size_t count = std::min<std::size_t>(options_.jobs, queue_.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < count; ++i) threads.emplace_back([this] { serve(); });
    for (std::thread& thread : threads) thread.join();
    if (failure_) std::rethrow_exception(failure_);
    return queue_.size();
  }

 private:
  void serve() {
    try {
      while (const PlannedTrial* planned = take()) {
        const TrialResult result = attempt(*planned);
        results_.store(planned->trial, result);
        finish(*planned, result);
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
    }
  }

  // Nothing once all are handed out or one has failed.
  const PlannedTrial* take() {
    const std::lock_guard lock(mutex_);
    if (failure_ || next_ == queue_.size()) return nullptr;
    train::stop_if_asked(options_.stop);
    ++progress_.running;
    tell();
    return &queue_[next_++];
  }

  TrialResult attempt(const PlannedTrial& planned) {
    try {
      return perform(planned.trial, tables_[cells_[planned.cell].data], plan_.seed,
                     planned.first_split, options_.stop);
    } catch (const train::Interrupted&) {
      throw;
    } catch (const base::JobError& error) {
      TrialResult failed;
      failed.error = error.what();
      return failed;
    }
  }

  void finish(const PlannedTrial& planned, const TrialResult& result) {
    const std::lock_guard lock(mutex_);
    --progress_.running;
    ++progress_.done;
    cost_done_ += planned.cost;
    cost_left_ -= planned.cost;
    const double elapsed_seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    progress_.eta_seconds = std::max(0.0, cost_left_) * elapsed_seconds / cost_done_;
    note_best(planned, result);
    tell();
  }

  void note_best(const PlannedTrial& planned, const TrialResult& result) {
    if (std::isnan(result.loss())) return;
    const PlannedCell& cell = cells_[planned.cell];
    auto& [loss, text] = best_.try_emplace(cell.data, result.loss(), std::string()).first->second;
    if (text.empty() || result.loss() < loss) {
      loss = result.loss();
      text = fmt::format("{} {} {} {:.4f}", plan_.data[cell.data].name, quantize::id(cell.method),
                         cell.bits == 0 ? "float32" : fmt::format("{} bits", cell.bits), loss);
    }
    progress_.best = text;
  }

  void tell() const {
    if (options_.on_change) options_.on_change(progress_);
  }

  const Plan& plan_;
  const std::vector<data::Table>& tables_;
  const std::vector<PlannedCell> cells_;
  Results& results_;
  const RunOptions& options_;
  std::vector<PlannedTrial> queue_;
  std::size_t next_ = 0;
  std::mutex mutex_;
  std::exception_ptr failure_;
  StudyProgress progress_;
  std::map<std::size_t, std::pair<double, std::string>> best_;
  double cost_left_ = 0;
  double cost_done_ = 0;
  Clock::time_point start_;
};

struct Parts {
  std::vector<std::uint32_t> train;
  std::vector<std::uint32_t> test;
};

Parts parts_of(const Trial& trial, const data::Table& table, std::uint64_t search_seed) {
  const double fraction = trial.options.test_fraction;
  const data::SplitRule& rule = trial.options.split;
  const data::Copies copies = trial.options.keep_copies_together;
  if (trial.role == Role::final) {
    data::Split split = data::repeated_split(table, rule, fraction, search_seed,
                                             trial.options.seed - search_seed, copies);
    return {std::move(split.train), std::move(split.test)};
  }
  const data::Split split = data::split_table(table, rule, fraction, search_seed, copies);
  auto folds = data::validation_splits(table, split.train, trial.folds, search_seed, rule, copies);
  data::Split& fold = folds.at(trial.fold);
  return {std::move(fold.train), std::move(fold.test)};
}

}  // namespace

TrialResult perform(const Trial& trial, const data::Table& table, std::uint64_t search_seed,
                    bool keep_thresholds, const std::atomic<bool>* stop) {
  const Parts parts = parts_of(trial, table, search_seed);
  if (parts.test.empty() || parts.train.empty()) {
    throw base::InputError(table.source, "",
                           fmt::format("{} rows are too few to split", table.rows()),
                           "use fewer folds or more rows");
  }
  train::Observer observer;
  observer.stop = stop;
  const auto start = Clock::now();
  const model::Model model = train::train_model(table, parts.train, trial.options, observer);
  TrialResult result;
  result.train_seconds = std::chrono::duration<double>(Clock::now() - start).count();
  result.metrics = train::evaluate(model, table, parts.test).named();
  result.payload_bits = static_cast<double>(model.payload_bits());
  result.payload_bytes = static_cast<double>(model.payload_bytes());
  result.compression = model.compression();
  std::size_t most = 0;
  for (std::size_t f = 0; f < model.thresholds.features(); ++f) {
    most = std::max(most, model.thresholds.count(f));
  }
  if (keep_thresholds && most <= thresholds_kept_max) {
    for (std::size_t f = 0; f < model.thresholds.features(); ++f) {
      const auto values = model.thresholds.of(f);
      result.thresholds.emplace_back(values.begin(), values.end());
    }
  }
  return result;
}

std::vector<unsigned> shard_of_trials(const std::vector<PlannedTrial>& trials, unsigned count) {
  std::vector<std::size_t> order(trials.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return trials[a].cost != trials[b].cost ? trials[a].cost > trials[b].cost
                                            : trials[a].hash < trials[b].hash;
  });
  std::set<std::pair<double, unsigned>> loads;  // lightest first
  for (unsigned shard = 0; shard < count; ++shard) loads.emplace(0.0, shard);
  std::vector<unsigned> shards(trials.size());
  for (const std::size_t i : order) {
    const auto lightest = loads.extract(loads.begin()).value();
    shards[i] = lightest.second;
    loads.emplace(lightest.first + trials[i].cost, lightest.second);
  }
  return shards;
}

RunReport run_study(const Plan& plan, const std::vector<data::Table>& tables,
                    const Journal& journal, const RunOptions& options) {
  TERSE_CHECK(tables.size() == plan.data.size() && options.jobs >= 1);
  TERSE_CHECK(options.shard.index >= 1 && options.shard.index <= options.shard.count);
  Results results(journal);
  const FindResult find = [&](const Trial& trial) { return results.find(trial); };
  RunReport report;
  while (const auto stage = next_stage(plan, find)) {
    const std::vector<unsigned> shards = shard_of_trials(stage->trials, options.shard.count);
    Work work(plan, tables, results, options, stage->name);
    for (std::size_t i = 0; i < shards.size(); ++i) {
      if (shards[i] + 1 == options.shard.index) work.add(stage->trials[i]);
    }
    const std::size_t trained = work.run();
    report.trained += trained;
    if (trained == 0) return report;  // the rest is other shards'
  }
  report.complete = true;
  return report;
}

}  // namespace terse::study
