#include "terse/serve/predictor/client.h"

#include <fmt/core.h>

#include <map>
#include <mutex>

#include "terse/serve/predictor/address.h"
#include "terse/serve/predictor/exchange.h"
#include "terse/serve/predictor/inference.h"

namespace terse::serve::predictor {
namespace {

constexpr int tries = 4;
constexpr std::chrono::milliseconds first_pause{100};

core::Counter& counter_of(core::Metrics& metrics, const char* outcome) {
  return metrics.counter(
      {"terse_predictor_requests_total", "Questions to predictors, by outcome.", 160},
      {{"outcome", outcome}});
}

/// The server's own trouble, which may pass.
bool may_pass(int status) {
  constexpr int too_many = 429;
  constexpr int own_fault = 500;
  return status == too_many || status >= own_fault;
}

}  // namespace

struct Client::State {
  explicit State(core::Metrics& metrics)
      : answered(counter_of(metrics, "answered")), failed(counter_of(metrics, "failed")) {}

  Exchanges& at(const std::string& url) {
    const std::lock_guard lock(mutex);
    auto& own = exchanges[url];
    if (own == nullptr) own = std::make_unique<Exchanges>(parse_address(url));
    if (stopping) own->stop();
    return *own;
  }

  core::Counter& answered;
  core::Counter& failed;
  std::mutex mutex;  ///< of what follows
  std::map<std::string, std::unique_ptr<Exchanges>> exchanges;
  bool stopping = false;
};

Client::Client(core::Metrics& metrics) : state_(std::make_unique<State>(metrics)) {}

Client::~Client() = default;

std::vector<float> Client::predict(const core::ServedModel& served,
                                   std::span<const quantize::Code> codes, std::size_t rows) {
  Exchanges& exchanges = state_->at(served.predictor);
  const Question question{.target = infer_target(parse_address(served.predictor), served.name),
                          .body = request_text(codes, rows),
                          .answer_bytes_max = answer_bytes_max(rows * served.model.outputs())};
  std::chrono::milliseconds pause = first_pause;
  for (int left = tries - 1;; --left, pause *= 2) {
    try {
      const Reply reply = exchanges.ask(question);
      constexpr int ok = 200;
      if (reply.status != ok) {
        throw core::PredictorFault(fmt::format("it answers with status {}", reply.status),
                                   !may_pass(reply.status));
      }
      std::vector<float> numbers = answer_numbers(reply.body, rows, served.model.output);
      state_->answered.add();
      return numbers;
    } catch (const core::PredictorFault& fault) {
      state_->failed.add();
      if (fault.of_rows() || left == 0) throw;
    }
    exchanges.pause(pause);
  }
}

void Client::stop() {
  const std::lock_guard lock(state_->mutex);
  state_->stopping = true;
  for (const auto& [url, own] : state_->exchanges) own->stop();
}

}  // namespace terse::serve::predictor
