#include "terse/serve/core/external_stage.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "terse/serve/core/prediction_answer.h"

namespace terse::serve::core {
namespace {

constexpr std::size_t rows_max = 1024;       // of one question
constexpr std::size_t codes_max = 1 << 20U;  // of one question
constexpr std::size_t questions_max = 64;    // for one batch: enough to find three bad rows

std::size_t rows_of(const ServedModel& served) {
  return std::clamp<std::size_t>(codes_max / served.model.features.size(), 1, rows_max);
}

}  // namespace

ExternalStage::ExternalStage(ExternalPredictor& predictor, Calls calls)
    : predictor_(predictor), calls_(std::move(calls)), thread_([this] { work(); }) {}

ExternalStage::~ExternalStage() {
  stop();
}

bool ExternalStage::add(Waiting& waiting) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || queue_.size() >= queue_max) return false;
  queue_.push_back(std::move(waiting));
  arrived_.notify_one();
  return true;
}

void ExternalStage::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    arrived_.notify_one();
  }
  predictor_.stop();
  if (thread_.joinable()) thread_.join();
}

std::vector<Waiting> ExternalStage::take() {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
  std::vector<Waiting> batch;
  std::ranges::move(queue_, std::back_inserter(batch));
  queue_.clear();
  return batch;
}

void ExternalStage::work() {
  for (;;) {
    std::vector<Waiting> batch = take();
    if (batch.empty()) return;  // stopping
    decide(batch);
  }
}

void ExternalStage::decide(std::vector<Waiting>& batch) {
  std::map<Served, std::vector<Waiting*>> of_model;
  for (Waiting& waiting : batch) {
    waiting.decided = true;
    of_model[waiting.served].push_back(&waiting);
  }
  for (auto& [served, own] : of_model) {
    const std::size_t most = rows_of(*served);
    for (std::size_t begin = 0; begin < own.size(); begin += most) {
      predict(std::span(own).subspan(begin, std::min(most, own.size() - begin)));
    }
  }
  // In the order of arrival, in which each device's are kept.
  for (Waiting& waiting : batch) calls_.decided(std::move(waiting));
}

void ExternalStage::predict(std::span<Waiting*> rows) {
  const std::size_t features = rows.front()->served->model.features.size();
  std::vector<quantize::Code> codes(rows.size() * features);
  std::vector<Waiting*> good;
  for (Waiting* waiting : rows) {
    const auto own = std::span(codes).subspan(good.size() * features, features);
    const std::string problem = unpack_codes(*waiting->served, waiting->uplink.payload, own);
    if (problem.empty()) {
      good.push_back(waiting);
    } else {
      waiting->answer.verdict = Verdict::refused;
      waiting->answer.reason = problem;
    }
  }
  if (good.empty()) return;
  questions_left_ = questions_max;
  ask(good, std::span(codes).first(good.size() * features));
}

// An answer that is wrong for one row shall not keep the others waiting for ever: each half is
// asked for again. What does not answer at all is not asked twice.
void ExternalStage::ask(std::span<Waiting*> rows, std::span<const quantize::Code> codes) {
  const ServedModel& served = *rows.front()->served;
  if (questions_left_ == 0) return fail(rows, "too many of its answers are wrong");
  --questions_left_;
  try {
    const std::vector<float> found = predictor_.predict(served, codes, rows.size());
    const std::size_t outputs = served.model.outputs();
    for (std::size_t row = 0; row < rows.size(); ++row) {
      set_prediction(served, std::span(found).subspan(row * outputs, outputs), rows[row]->answer);
    }
    remember("");
  } catch (const PredictorFault& fault) {
    if (!fault.of_rows()) questions_left_ = 0;
    if (!fault.of_rows() || rows.size() == 1) return fail(rows, fault.what());
    const std::size_t half = rows.size() / 2;
    const std::size_t features = served.model.features.size();
    ask(rows.first(half), codes.first(half * features));
    ask(rows.subspan(half), codes.subspan(half * features));
  }
}

void ExternalStage::fail(std::span<Waiting*> rows, const std::string& problem) {
  for (Waiting* waiting : rows) {
    waiting->answer.verdict = Verdict::unavailable;
    waiting->answer.reason = "the model's predictor does not answer now; send again later";
  }
  remember(fmt::format("the predictor of {}: {}", rows.front()->served->name, problem));
}

void ExternalStage::remember(const std::string& problem) {
  if (problem_ == problem) return;
  problem_ = problem;
  if (!calls_.told) return;
  calls_.told(problem.empty() ? "the predictor answers again"
                              : fmt::format("messages are not accepted: {}", problem));
}

}  // namespace terse::serve::core
