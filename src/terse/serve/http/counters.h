// HTTP's part of /metrics: requests that were refused for their bearer token.
#pragma once

#include <array>

#include "terse/serve/core/bearer_tokens.h"
#include "terse/serve/core/metrics.h"

namespace terse::serve::http {

/// Registers its family. Safe from any thread.
class HttpCounters {
 public:
  /// metrics must outlive it.
  explicit HttpCounters(core::Metrics& metrics);

  /// verdict: not `good`.
  void count_unauthorized(core::TokenVerdict verdict) noexcept;

 private:
  std::array<core::Counter*, 4> unauthorized_;  ///< by TokenVerdict; of `good` null
};

}  // namespace terse::serve::http
