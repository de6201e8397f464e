#include "terse/serve/store/expiry.h"

#include <algorithm>

namespace terse::serve::store {

bool Expiry::look(std::int64_t message, std::int64_t received_ms) {
  ++looked_;
  if (received_ms > now_ms_ + tolerance_ms || received_ms < highest_ms_ - tolerance_ms ||
      received_ms < earliest_ms) {
    return true;
  }
  if (received_ms >= before_ms_) return false;
  highest_ms_ = std::max(highest_ms_, received_ms);
  last_ = message;
  messages_ = looked_;
  return true;
}

}  // namespace terse::serve::store
