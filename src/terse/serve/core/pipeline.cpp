#include "terse/serve/core/pipeline.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "terse/serve/core/batch_predictor.h"
#include "terse/serve/core/external_stage.h"
#include "terse/serve/core/isolated_writes.h"
#include "terse/serve/core/kept_uplinks.h"
#include "terse/serve/core/names.h"
#include "terse/serve/core/uplink_counters.h"
#include "terse/serve/core/uplink_queue.h"
#include "terse/text/quoting.h"

namespace terse::serve::core {
namespace {

using Clock = std::chrono::steady_clock;

std::int64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

struct Pipeline::State {
  State(const ModelRegistry& registry_, store::Store* store_, Metrics& metrics,
        const PipelineLimits& limits_, Told told_, PipelineRules rules_)
      : registry(registry_),
        store(store_),
        counters(metrics),
        limits(limits_),
        told(std::move(told_)),
        rules(std::move(rules_)),
        queue(store == nullptr ? 1 : store->writers(), limits.queue_max, limits.device_max),
        lanes(store == nullptr ? 1 : store->writers()) {
    for (Lane& lane : lanes) {
      lane.versions =
          std::make_unique<VersionWatch>(registry, metrics, rules.compared, limits.batch_rows_max);
    }
    if (rules.predictor == nullptr) return;
    stage = std::make_unique<ExternalStage>(
        *rules.predictor,
        ExternalStage::Calls{[this](Waiting&& waiting) { take_back(std::move(waiting)); }, told});
  }

  /// What one worker has for itself.
  struct Lane {
    std::map<Served, std::unique_ptr<BatchPredictor>> predictors;
    std::unique_ptr<VersionWatch> versions;
    std::thread worker;
    Gathering gathering;
    bool failed = false;  ///< the store refused, the last time
  };

  std::size_t lane_of(const Uplink& uplink) const {
    return store == nullptr ? 0 : store->writer_of(uplink.device);
  }
  void work(std::size_t lane);
  /// Empty when stopping, or when a store that refused is to be checked.
  std::vector<Waiting> take(std::size_t lane);
  /// Without a batch it checks the store.
  void handle(std::size_t number, std::vector<Waiting>& batch);
  void remember(const std::string& trouble);
  void predict(Lane& lane, std::vector<Waiting>& batch);
  /// Its answer is then what the external stage decides; if that is full, it is busy.
  void hand_over(Waiting& waiting) const;
  void take_back(Waiting&& waiting);
  /// False if the answer is ready: it was refused.
  bool find_model(Waiting& waiting) const;
  void note_forbidden(const Uplink& uplink, const std::string& model, const std::string& why) const;
  store::CounterPolicy policy_of(const std::string& model) const;
  void keep(std::vector<Waiting>& batch);
  void write(std::span<const store::Row> rows, std::span<Waiting* const> of_row,
             std::span<Waiting* const> refused, std::int64_t received_ms);
  void publish(std::span<const store::Row> rows, std::span<Waiting* const> of_row);
  void answer(std::vector<Waiting>& batch);
  void refuse_busy(const Waiting& waiting);
  void forget_old_predictors(Lane& lane) const;

  const ModelRegistry& registry;
  store::Store* store;
  UplinkCounters counters;
  PipelineLimits limits;
  Told told;
  PipelineRules rules;

  mutable std::mutex mutex;
  std::string problem;
  DriftWatch drift;
  PredictionWatches watches;
  UplinkQueue queue;
  std::vector<Lane> lanes;
  std::unique_ptr<ExternalStage> stage;  ///< null without models that need it
};

std::vector<Waiting> Pipeline::State::take(std::size_t lane) {
  std::optional<std::chrono::milliseconds> pause;
  if (lanes[lane].failed) pause = limits.check_pause;
  Gathering& gathering = lanes[lane].gathering;
  std::vector<Waiting> batch = queue.take(lane, limits.batch_rows_max, pause, gathering.next());
  gathering.took(batch.size());
  counters.set_queue(queue.size());
  return batch;
}

bool Pipeline::State::find_model(Waiting& waiting) const {
  const Uplink& uplink = waiting.uplink;
  Answer& answer = waiting.answer;
  answer.model = presentable(uplink.model, name_bytes_max);
  answer.verdict = Verdict::refused;
  answer.reason = uplink.problem.empty() ? name_problem(uplink) : uplink.problem;
  if (!answer.reason.empty()) return false;
  const Asked asked{uplink.model, uplink.port, uplink.payload, uplink.device};
  waiting.served = registry.find(asked);
  const std::string& name = waiting.served == nullptr ? uplink.model : waiting.served->name;
  if (rules.access != nullptr) {
    answer.verdict = Verdict::forbidden;
    answer.reason = rules.access->problem(uplink.sender, uplink.device, name);
    if (!answer.reason.empty()) {
      note_forbidden(uplink, name, answer.reason);
      return false;
    }
  }
  if (waiting.served == nullptr) {
    answer.verdict = Verdict::unknown_model;
    answer.reason = registry.why_none(asked);
    return false;
  }
  answer.model = waiting.served->name;
  answer.version = waiting.served->version;
  return true;
}

void Pipeline::State::note_forbidden(const Uplink& uplink, const std::string& model,
                                     const std::string& why) const {
  if (rules.audit == nullptr) return;
  rules.audit->note(uplink.sender,
                    fmt::format("may not send as {} to the model {}: {}",
                                text::in_quotes(uplink.device), text::in_quotes(model), why));
}

store::CounterPolicy Pipeline::State::policy_of(const std::string& model) const {
  auto found = rules.counters.find(model);
  if (found == rules.counters.end()) found = rules.counters.find("");
  return found == rules.counters.end() ? store::CounterPolicy() : found->second;
}

void Pipeline::State::predict(Lane& lane, std::vector<Waiting>& batch) {
  for (Waiting& waiting : batch) {
    if (!waiting.decided) waiting.decided = !find_model(waiting);
    if (!waiting.decided && waiting.served->model.external()) hand_over(waiting);
  }
  std::erase_if(batch, [](const Waiting& waiting) { return !waiting.answered; });
  std::map<Served, std::vector<ToPredict>> by_model;
  for (Waiting& waiting : batch) {
    if (waiting.decided) continue;
    by_model[waiting.served].push_back({waiting.uplink.payload, &waiting.answer});
  }
  for (auto& [served, uplinks] : by_model) {
    auto& predictor = lane.predictors[served];
    if (!predictor) predictor = std::make_unique<BatchPredictor>(served, limits.batch_rows_max);
    predictor->predict(uplinks);
  }
  forget_old_predictors(lane);
}

void Pipeline::State::hand_over(Waiting& waiting) const {
  if (stage != nullptr && stage->add(waiting)) {
    waiting.answered = nullptr;
    return;
  }
  waiting.decided = true;
  waiting.answer.verdict = Verdict::busy;
  waiting.answer.reason = "too many messages wait for the model's predictor; send again later";
}

void Pipeline::State::take_back(Waiting&& waiting) {
  const bool to_keep = waiting.answer.verdict != Verdict::unavailable;
  if (to_keep && queue.add(lane_of(waiting.uplink), waiting)) return;
  if (to_keep) return refuse_busy(waiting);
  const std::chrono::duration<double> seconds = Clock::now() - waiting.arrived;
  counters.count(waiting.answer.verdict, waiting.uplink.payload.size(), seconds.count());
  waiting.answered(waiting.answer);
}

void Pipeline::State::forget_old_predictors(Lane& lane) const {
  const std::vector<Served> models = registry.all();
  if (lane.predictors.size() <= models.size()) return;
  std::erase_if(lane.predictors, [&](const auto& entry) {
    return std::find(models.begin(), models.end(), entry.first) == models.end();
  });
}

void Pipeline::State::keep(std::vector<Waiting>& batch) {
  if (store == nullptr && watches.empty()) return;
  std::vector<store::Row> rows;
  std::vector<Waiting*> of_row;
  std::vector<Waiting*> refused;
  const std::int64_t received_ms = now_ms();
  for (Waiting& waiting : batch) {
    if (waiting.answer.verdict == Verdict::stored) {
      rows.push_back(row_of(waiting, received_ms, policy_of(waiting.answer.model)));
      of_row.push_back(&waiting);
    } else if (waiting.answer.verdict == Verdict::refused ||
               waiting.answer.verdict == Verdict::unknown_model) {
      refused.push_back(&waiting);
    }
  }
  if (store != nullptr) write(rows, of_row, refused, received_ms);
  publish(rows, of_row);
}

void Pipeline::State::write(std::span<const store::Row> rows, std::span<Waiting* const> of_row,
                            std::span<Waiting* const> refused, std::int64_t received_ms) {
  std::vector<Waiting*> culprits;
  const auto tell = [this](const std::string& fault) {
    if (told) told(fmt::format("a message cannot be kept: {}", fault));
  };
  const auto settle = [&](std::size_t row, const store::Outcome* outcome,
                          const std::string& fault) {
    Waiting& waiting = *of_row[row];
    waiting.settled = true;
    if (outcome != nullptr) {
      waiting.late = outcome->late;
      return set_outcome(*outcome, waiting.answer);
    }
    tell(fault);
    waiting.answer.verdict = Verdict::refused;
    waiting.answer.reason = "the store cannot keep this message";
    culprits.push_back(&waiting);
  };
  const auto write_with = [&](std::span<const store::Row> own,
                              std::span<Waiting* const> refused_now) {
    std::vector<store::Refusal> refusals;
    for (const Waiting* waiting : refused_now) {
      refusals.push_back(refusal_of(*waiting, received_ms));
    }
    write_isolated(*store, own, refusals, settle, tell);
    for (std::size_t i = 0; i < refusals.size(); ++i) {
      refused_now[i]->answer.quarantine_id = refusals[i].id;
    }
  };
  write_with(rows, refused);
  write_with({}, culprits);
  counters.count_batch(rows.size());
  counters.set_dropped(store->refusals_dropped());
}

void Pipeline::State::publish(std::span<const store::Row> rows, std::span<Waiting* const> of_row) {
  if (watches.empty()) return;
  std::vector<const store::Row*> fresh;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const Waiting& waiting = *of_row[row];
    if (waiting.answer.verdict == Verdict::stored && !waiting.late) fresh.push_back(&rows[row]);
  }
  watches.put(fresh);
}

void Pipeline::State::answer(std::vector<Waiting>& batch) {
  for (Waiting& waiting : batch) {
    const std::chrono::duration<double> seconds = Clock::now() - waiting.arrived;
    counters.count(waiting.answer.verdict, waiting.uplink.payload.size(), seconds.count());
    if (waiting.answer.verdict == Verdict::stored) {
      drift.count(waiting.served, waiting.uplink.payload);
    }
    if (is_acknowledged(waiting.answer.verdict)) {
      counters.count_float_bytes(4 * waiting.served->model.readings());
    }
    waiting.answered(waiting.answer);
  }
}

void Pipeline::State::remember(const std::string& trouble) {
  {
    const std::lock_guard lock(mutex);
    if (problem == trouble) return;
    problem = trouble;
  }
  if (!told) return;
  told(trouble.empty() ? "messages are accepted again"
                       : fmt::format("no message is accepted until this ends: {}", trouble));
}

void Pipeline::State::handle(std::size_t number, std::vector<Waiting>& batch) {
  Lane& lane = lanes[number];
  const auto begin = Clock::now();
  std::string trouble;
  const bool idle = batch.empty();
  try {
    predict(lane, batch);
    if (store != nullptr && idle) store->check();
    if (!batch.empty()) keep(batch);
    lane.versions->count_stored(batch);
  } catch (const std::exception& error) {
    trouble = error.what();
    for (Waiting& waiting : batch) {
      if (waiting.settled) continue;
      waiting.answer.verdict = Verdict::unavailable;
      waiting.answer.reason = "the store does not take messages now; send again later";
    }
  }
  lane.failed = !trouble.empty();
  remember(trouble);
  // Before the answers, which bring more.
  lane.gathering.wrote(Clock::now() - begin, queue.size(number));
  answer(batch);
}

void Pipeline::State::work(std::size_t lane) {
  for (;;) {
    std::vector<Waiting> batch = take(lane);
    if (batch.empty() && queue.stopping()) return;
    handle(lane, batch);
  }
}

Pipeline::Pipeline(const ModelRegistry& registry, store::Store* store, Metrics& metrics,
                   const PipelineLimits& limits, Told told, PipelineRules rules)
    : state_(std::make_unique<State>(registry, store, metrics, limits, std::move(told),
                                     std::move(rules))) {
  State& state = *state_;
  // So that nobody is told that it is ready before it is.
  std::vector<Waiting> nothing;
  state.handle(0, nothing);
  for (std::size_t lane = 0; lane < state.lanes.size(); ++lane) {
    state.lanes[lane].worker = std::thread([&state, lane] { state.work(lane); });
  }
}

Pipeline::~Pipeline() {
  if (state_->stage != nullptr) state_->stage->stop();
  state_->queue.stop();
  for (State::Lane& lane : state_->lanes) lane.worker.join();
}

void Pipeline::State::refuse_busy(const Waiting& waiting) {
  Answer answer;
  answer.verdict = Verdict::busy;
  answer.model = waiting.uplink.model;
  answer.reason = "too many messages are waiting; send again later";
  counters.count(answer.verdict, waiting.uplink.payload.size(), 0.0);
  waiting.answered(answer);
}

void Pipeline::submit(Uplink uplink, Answered answered) {
  const std::size_t lane = state_->lane_of(uplink);
  Waiting waiting{std::move(uplink), std::move(answered), Clock::now()};
  if (!state_->queue.add(lane, waiting)) state_->refuse_busy(waiting);
}

void Pipeline::submit_all(std::vector<std::pair<Uplink, Answered>> several) {
  std::vector<std::size_t> lanes;
  std::vector<Waiting> waiting;
  const auto now = Clock::now();
  for (auto& [uplink, answered] : several) {
    lanes.push_back(state_->lane_of(uplink));
    waiting.push_back({std::move(uplink), std::move(answered), now});
  }
  for (const std::size_t i : state_->queue.add_all(lanes, waiting)) {
    state_->refuse_busy(waiting[i]);
  }
}

void Pipeline::watch(const std::shared_ptr<PredictionWatch>& watch) {
  state_->watches.add(watch);
}

const DriftWatch& Pipeline::drift() const {
  return state_->drift;
}

std::string Pipeline::problem() const {
  const std::lock_guard lock(state_->mutex);
  return state_->problem;
}

}  // namespace terse::serve::core
