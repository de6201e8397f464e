#include "terse/serve/core/pipeline.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <latch>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "terse/base/overloaded.h"
#include "terse/model/predictor.h"
#include "terse/serve/core/uplink_counters.h"

namespace terse::serve::core {
namespace {

using Clock = std::chrono::steady_clock;

struct Waiting {
  Uplink uplink;
  Pipeline::Answered answered;
  Clock::time_point arrived;
  Served served;
  Answer answer;
};

std::int64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

/// Predicts the uplinks of one model in one go.
class BatchPredictor {
 public:
  BatchPredictor(Served served, std::size_t rows_max)
      : served_(std::move(served)),
        predictor_(served_->model, rows_max),
        message_(served_->model.message()),
        codes_(of_codes() ? rows_max * served_->model.features.size() : 0),
        readings_(of_codes() ? 0 : rows_max, served_->model.features.size()),
        outputs_(served_->model.outputs()),
        predictions_(rows_max * outputs_) {}

  void predict(std::span<Waiting*> batch) {
    std::vector<Waiting*> good;
    for (Waiting* waiting : batch) {
      const std::string problem = unpack(waiting->uplink.payload, good.size());
      if (problem.empty()) {
        good.push_back(waiting);
      } else {
        waiting->answer.verdict = Verdict::refused;
        waiting->answer.reason = problem;
      }
    }
    const std::span predictions = std::span(predictions_).first(good.size() * outputs_);
    const std::size_t features = served_->model.features.size();
    if (good.empty()) return;
    if (of_codes()) {
      predictor_.predict_codes(std::span(codes_).first(good.size() * features), good.size(),
                               predictions);
    } else {
      predictor_.predict({readings_.data(), good.size(), features}, predictions);
    }
    for (std::size_t row = 0; row < good.size(); ++row) {
      good[row]->answer.verdict = Verdict::stored;
      set_prediction(predictions.subspan(row * outputs_, outputs_), good[row]->answer);
    }
  }

 private:
  void set_prediction(std::span<const float> outputs, Answer& answer) const {
    answer.prediction = outputs.front();
    const auto* classes = std::get_if<model::Classes>(&served_->model.output);
    if (classes == nullptr) return;
    const auto best = std::max_element(outputs.begin(), outputs.end());
    const auto index = static_cast<std::size_t>(best - outputs.begin());
    answer.prediction = static_cast<float>(index);
    answer.label = classes->labels[index];
    answer.probability = *best;
  }

  bool of_codes() const { return std::holds_alternative<payload::Layout>(message_); }

  /// Why the payload is not a message of the model, or nothing.
  std::string unpack(std::span<const std::uint8_t> payload, std::size_t row) {
    if (payload.size() != served_->payload_bytes) {
      return fmt::format("{} bytes instead of {}", payload.size(), served_->payload_bytes);
    }
    const std::size_t features = served_->model.features.size();
    payload::Status status = payload::Status::ok;
    bool taken = true;
    std::visit(base::Overloaded{[&](const payload::Layout& layout) {
                                  status = layout.unpack(
                                      payload, std::span(codes_).subspan(row * features, features));
                                },
                                [&](const payload::FloatLayout& layout) {
                                  status = layout.unpack(payload, readings_.row(row));
                                  taken = predictor_.takes(readings_.row(row));
                                }},
               message_);
    if (status != payload::Status::ok) return std::string(payload::description(status));
    return taken ? "" : "a reading is missing, not finite, or not a category of the model";
  }

  Served served_;
  model::Predictor predictor_;
  model::Message message_;
  std::vector<quantize::Code> codes_;
  base::Matrix readings_;
  std::size_t outputs_;
  std::vector<float> predictions_;
};

}  // namespace

struct Pipeline::State {
  State(const ModelRegistry& registry_, store::Store* store_, Metrics& metrics,
        const PipelineLimits& limits_, Told told_)
      : registry(registry_),
        store(store_),
        counters(metrics),
        limits(limits_),
        told(std::move(told_)) {}

  void work();
  /// Empty when stopping, or when a store that refused is to be checked.
  std::vector<Waiting> take();
  void handle(std::vector<Waiting>& batch);
  void remember(const std::string& trouble);
  void predict(std::vector<Waiting>& batch);
  void keep(std::vector<Waiting>& batch);
  void publish(std::span<const store::Row> rows, std::span<Waiting* const> of_row);
  void answer(std::vector<Waiting>& batch);
  void forget_old_predictors();

  const ModelRegistry& registry;
  store::Store* store;
  UplinkCounters counters;
  PipelineLimits limits;
  Told told;

  mutable std::mutex mutex;
  std::condition_variable arrived;
  std::deque<Waiting> queue;
  std::unordered_map<std::string, std::size_t> waiting_of_device;
  std::string problem;
  DriftWatch drift;
  PredictionWatches watches;
  bool stopping = false;

  std::map<Served, std::unique_ptr<BatchPredictor>> predictors;  ///< of the worker
  std::thread worker;
};

std::vector<Waiting> Pipeline::State::take() {
  std::unique_lock lock(mutex);
  const auto ready = [&] { return stopping || !queue.empty(); };
  if (problem.empty()) {
    arrived.wait(lock, ready);
  } else {
    arrived.wait_for(lock, limits.check_pause, ready);
  }
  std::vector<Waiting> batch;
  while (!queue.empty() && batch.size() < limits.batch_rows_max) {
    const auto count = waiting_of_device.find(queue.front().uplink.device);
    if (--count->second == 0) waiting_of_device.erase(count);
    batch.push_back(std::move(queue.front()));
    queue.pop_front();
  }
  counters.set_queue(queue.size());
  return batch;
}

void Pipeline::State::predict(std::vector<Waiting>& batch) {
  std::map<Served, std::vector<Waiting*>> by_model;
  for (Waiting& waiting : batch) {
    const Uplink& uplink = waiting.uplink;
    if (!uplink.problem.empty()) {
      waiting.answer.verdict = Verdict::refused;
      waiting.answer.model = uplink.model;
      waiting.answer.reason = uplink.problem;
      continue;
    }
    waiting.served = registry.find(uplink.model, uplink.port, uplink.payload);
    if (waiting.served == nullptr) {
      waiting.answer.verdict = Verdict::unknown_model;
      waiting.answer.model = uplink.model;
      waiting.answer.reason = uplink.model.empty() ? "neither port nor tag names a model"
                                                   : "there is no model with this name";
      continue;
    }
    waiting.answer.model = waiting.served->name;
    waiting.answer.version = waiting.served->version;
    by_model[waiting.served].push_back(&waiting);
  }
  for (auto& [served, uplinks] : by_model) {
    auto& predictor = predictors[served];
    if (!predictor) predictor = std::make_unique<BatchPredictor>(served, limits.batch_rows_max);
    predictor->predict(uplinks);
  }
  forget_old_predictors();
}

void Pipeline::State::forget_old_predictors() {
  const std::vector<Served> models = registry.all();
  if (predictors.size() <= models.size()) return;
  std::erase_if(predictors, [&](const auto& entry) {
    return std::find(models.begin(), models.end(), entry.first) == models.end();
  });
}

void Pipeline::State::keep(std::vector<Waiting>& batch) {
  if (store == nullptr && watches.empty()) return;
  std::vector<store::Row> rows;
  std::vector<Waiting*> of_row;
  std::vector<store::Refusal> refusals;
  const std::int64_t received_ms = now_ms();
  for (Waiting& waiting : batch) {
    const Uplink& uplink = waiting.uplink;
    if (waiting.answer.verdict == Verdict::stored) {
      rows.push_back({uplink.device, waiting.answer.model, waiting.answer.version, uplink.key,
                      received_ms, uplink.payload, waiting.answer.prediction, waiting.answer.label,
                      uplink.radio});
      of_row.push_back(&waiting);
    } else {
      refusals.push_back(
          {uplink.device, uplink.model, received_ms, uplink.payload, waiting.answer.reason});
    }
  }
  std::vector<store::Outcome> outcomes;
  if (store != nullptr) {
    outcomes = store->write(rows, refusals);
    counters.count_batch(rows.size());
  }
  for (std::size_t row = 0; row < outcomes.size(); ++row) {
    Answer& answer = of_row[row]->answer;
    const store::Outcome& outcome = outcomes[row];
    answer.version = outcome.version;
    answer.prediction = outcome.prediction;
    answer.label = outcome.label;
    if (outcome.kept != store::Kept::stored) answer.probability.reset();
    if (outcome.kept == store::Kept::duplicate) answer.verdict = Verdict::duplicate;
    if (outcome.kept == store::Kept::conflict) {
      answer.verdict = Verdict::conflict;
      answer.reason = "this key came before with different bytes";
    }
  }
  publish(rows, of_row);
}

void Pipeline::State::publish(std::span<const store::Row> rows, std::span<Waiting* const> of_row) {
  if (watches.empty()) return;
  std::vector<const store::Row*> fresh;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (of_row[row]->answer.verdict == Verdict::stored) fresh.push_back(&rows[row]);
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
      counters.count_float_bytes(4 * waiting.served->model.features.size());
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

void Pipeline::State::handle(std::vector<Waiting>& batch) {
  std::string trouble;
  try {
    predict(batch);
    if (store != nullptr && batch.empty()) store->check();
    if (!batch.empty()) keep(batch);
  } catch (const std::exception& error) {
    trouble = error.what();
    for (Waiting& waiting : batch) {
      waiting.answer.verdict = Verdict::unavailable;
      waiting.answer.reason = trouble;
    }
  }
  remember(trouble);
  answer(batch);
}

void Pipeline::State::work() {
  for (;;) {
    std::vector<Waiting> batch = take();
    if (batch.empty()) {
      const std::lock_guard lock(mutex);
      if (stopping) return;
    }
    handle(batch);
  }
}

Pipeline::Pipeline(const ModelRegistry& registry, store::Store* store, Metrics& metrics,
                   const PipelineLimits& limits, Told told)
    : state_(std::make_unique<State>(registry, store, metrics, limits, std::move(told))) {
  state_->worker = std::thread([state = state_.get()] { state->work(); });
}

Pipeline::~Pipeline() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->arrived.notify_all();
  state_->worker.join();
}

void Pipeline::submit(Uplink uplink, Answered answered) {
  const auto arrived = Clock::now();
  const std::size_t bytes = uplink.payload.size();
  {
    const std::lock_guard lock(state_->mutex);
    std::size_t& of_device = state_->waiting_of_device[uplink.device];
    if (state_->queue.size() < state_->limits.queue_max && of_device < state_->limits.device_max) {
      ++of_device;
      state_->queue.push_back({std::move(uplink), std::move(answered), arrived, nullptr, {}});
      state_->arrived.notify_one();
      return;
    }
    if (of_device == 0) state_->waiting_of_device.erase(uplink.device);
  }
  Answer answer;
  answer.verdict = Verdict::busy;
  answer.model = uplink.model;
  answer.reason = "too many messages are waiting; send again later";
  state_->counters.count(answer.verdict, bytes, 0.0);
  answered(answer);
}

Answer Pipeline::ask(Uplink uplink) {
  const auto promise = std::make_shared<std::promise<Answer>>();
  std::future<Answer> future = promise->get_future();
  submit(std::move(uplink), [promise](const Answer& answer) { promise->set_value(answer); });
  return future.get();
}

std::vector<Answer> Pipeline::ask_all(std::span<const Uplink> uplinks) {
  struct Answers {
    explicit Answers(std::size_t count) : given(count), left(static_cast<std::ptrdiff_t>(count)) {}
    std::vector<Answer> given;
    std::latch left;
  };
  const auto answers = std::make_shared<Answers>(uplinks.size());
  for (std::size_t i = 0; i < uplinks.size(); ++i) {
    submit(uplinks[i], [answers, i](const Answer& answer) {
      answers->given[i] = answer;
      answers->left.count_down();
    });
  }
  answers->left.wait();
  return answers->given;
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
