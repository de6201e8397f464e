#include "terse/serve/coap/answered_exchanges.h"

namespace terse::serve::coap {

void AnsweredExchanges::add(const std::string& name, const core::Answer& answer,
                            Clock::time_point now) {
  const auto found = answers_.find(name);
  if (found != answers_.end()) {
    found->second.answer = answer;
    return;
  }
  while (!order_.empty() &&
         (order_.size() >= exchanges_max_ || now - answers_.at(order_.front()).at > lifetime)) {
    answers_.erase(order_.front());
    order_.pop_front();
  }
  answers_.emplace(name, Answered{answer, now});
  order_.push_back(name);
}

std::optional<core::Answer> AnsweredExchanges::find(const std::string& name,
                                                    Clock::time_point now) const {
  const auto found = answers_.find(name);
  if (found == answers_.end() || now - found->second.at > lifetime) return std::nullopt;
  return found->second.answer;
}

}  // namespace terse::serve::coap
