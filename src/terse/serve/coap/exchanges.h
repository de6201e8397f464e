// Requests of CoAP on their way through the pipeline, whatever transport they came by.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "terse/serve/coap/batch.h"
#include "terse/serve/coap/recent.h"
#include "terse/serve/core/mailbox.h"
#include "terse/serve/core/pipeline.h"
#include "terse/serve/core/wakeup.h"

namespace terse::serve::coap {

/// Each request goes through once, however often its peer sends it, and is answered alike each time
/// (RFC 7252, section 4.5). Exchanges are told apart by name: peer, message id and token. `Request`
/// is what a transport needs to answer. For one thread, which sleeps in poll().
template <typename Request>
class Exchanges {
 public:
  /// wakeup: of that thread; called when finish() has something to do. pipeline must outlive it.
  /// answers_kept_max: for requests that come again.
  Exchanges(core::Pipeline& pipeline, std::shared_ptr<core::Wakeup> wakeup,
            std::size_t answers_kept_max)
      : pipeline_(pipeline),
        mailbox_(std::make_shared<core::Mailbox<Answered>>(std::move(wakeup))),
        answered_(answers_kept_max) {}

  bool empty() const noexcept { return under_way_.empty(); }
  /// Whether the request has begun and waits for its answer.
  bool is_under_way(const std::string& name) const { return names_.contains(name); }
  /// What the request was answered before, or null. Stays until finish().
  const core::Answer* answer_of(const std::string& name) const {
    return answered_.find(name, Clock::now());
  }

  /// Takes a request, neither under way nor answered, whose uplinks wait for submit().
  void begin(std::string name, Request request, std::vector<core::Uplink> uplinks) {
    const std::uint64_t number = next_++;
    names_.insert(name);
    under_way_.emplace(number, UnderWay{std::move(request), std::move(name)});
    arrived_.emplace_back(number, std::move(uplinks));
  }
  /// Hands the pipeline what has begun since, at once.
  void submit() {
    std::vector<std::pair<core::Uplink, core::Pipeline::Answered>> several;
    for (auto& [number, uplinks] : arrived_) {
      const auto leave = [box = mailbox_, number = number](const core::Answer& answer) {
        box->leave({number, answer});
      };
      add_request(std::move(uplinks), leave, several);
    }
    if (!several.empty()) pipeline_.submit_all(std::move(several));
    arrived_.clear();
  }
  /// Ends the exchanges that the pipeline has answered, after respond(request, answer).
  template <typename Respond>
  void finish(const Respond& respond) {
    const auto now = Clock::now();
    for (const auto& [number, answer] : mailbox_->take()) {
      const auto found = under_way_.find(number);
      const auto& [request, name] = found->second;
      respond(request, answer);
      // What was not kept may be tried again under the same message id.
      if (answer.verdict != core::Verdict::busy && answer.verdict != core::Verdict::unavailable) {
        answered_.add(name, answer, now);
      }
      names_.erase(name);
      under_way_.erase(found);
    }
  }

 private:
  using Answered = std::pair<std::uint64_t, core::Answer>;
  using Clock = std::chrono::steady_clock;
  struct UnderWay {
    Request request;
    std::string name;
  };

  core::Pipeline& pipeline_;
  std::shared_ptr<core::Mailbox<Answered>> mailbox_;  ///< by number
  Recent<core::Answer> answered_;
  std::uint64_t next_ = 1;
  std::unordered_map<std::uint64_t, UnderWay> under_way_;                     ///< by number
  std::unordered_set<std::string> names_;                                     ///< of those
  std::vector<std::pair<std::uint64_t, std::vector<core::Uplink>>> arrived_;  ///< by number
};

}  // namespace terse::serve::coap
