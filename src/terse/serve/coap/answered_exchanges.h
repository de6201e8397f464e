// CoAP requests that were answered, so that a retransmitted one gets the same answer again and is
// not a new message (RFC 7252, section 4.5).
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "terse/serve/core/uplink.h"

namespace terse::serve::coap {

/// For one thread.
class AnsweredExchanges {
 public:
  using Clock = std::chrono::steady_clock;
  /// EXCHANGE_LIFETIME of RFC 7252, section 4.8.2: message ids are not reused before.
  static constexpr std::chrono::seconds lifetime{247};

  explicit AnsweredExchanges(std::size_t exchanges_max) : exchanges_max_(exchanges_max) {}

  /// name: peer, message id and token. Forgets answers that are too old, and the oldest beyond the
  /// maximum.
  void add(const std::string& name, const core::Answer& answer, Clock::time_point now);
  std::optional<core::Answer> find(const std::string& name, Clock::time_point now) const;

 private:
  struct Answered {
    core::Answer answer;
    Clock::time_point at;
  };
  std::size_t exchanges_max_;
  std::unordered_map<std::string, Answered> answers_;
  std::deque<std::string> order_;
};

}  // namespace terse::serve::coap
