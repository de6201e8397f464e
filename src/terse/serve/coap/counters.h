// CoAP's part of /metrics: observers, and what was sent to them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "terse/serve/core/metrics.h"

namespace terse::serve::coap {

/// A notification; `again` is a retransmission.
enum class Notice : std::uint8_t { confirmable, non_confirmable, again };

/// Registers its families. Copies, and those of other servers, count into the same ones. Safe from
/// any thread.
class CoapCounters {
 public:
  /// metrics must outlive it.
  explicit CoapCounters(core::Metrics& metrics);

  /// A server that had `before` observers now has `now`.
  void change_observers(std::size_t before, std::size_t now) noexcept {
    observers_.change(static_cast<std::int64_t>(now) - static_cast<std::int64_t>(before));
  }
  void count_notification(Notice notice) noexcept {
    notifications_[static_cast<std::size_t>(notice)]->add();
  }

 private:
  core::Gauge& observers_;
  std::array<core::Counter*, 3> notifications_;  ///< by Notice
};

}  // namespace terse::serve::coap
