// Counters of the server, and their Prometheus text (exposition format 0.0.4).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

#include "terse/serve/core/bearer_tokens.h"
#include "terse/serve/core/uplink.h"

namespace terse::serve::core {

/// A notification of CoAP: `again` is a retransmission.
enum class Notice : std::uint8_t { confirmable, non_confirmable, again };

/// Safe from any thread.
class Metrics {
 public:
  /// An uplink was answered, so long after it was submitted.
  void count(Verdict verdict, std::size_t payload_bytes, double seconds) noexcept;
  /// The worker wrote so many rows in one transaction.
  void count_batch(std::size_t rows) noexcept;
  void set_queue(std::size_t uplinks) noexcept { queue_.store(uplinks, std::memory_order_relaxed); }
  /// The subscription at the broker stands; without a call the server has no broker.
  void set_mqtt_connected(bool connected) noexcept { mqtt_connected_ = connected ? 1 : 0; }
  /// What full precision would have cost, added for every acknowledged uplink.
  void count_float_bytes(std::size_t bytes) noexcept { float_bytes_ += bytes; }

  /// A request was refused for its bearer token.
  void count_unauthorized(TokenVerdict verdict) noexcept {
    ++unauthorized_[static_cast<std::size_t>(verdict)];
  }

  /// A peer of CoAP over DTLS was let in, or refused for its key or certificate.
  void count_handshake(bool accepted) noexcept { ++handshakes_[accepted ? 1 : 0]; }
  void set_observers(std::size_t observers) noexcept {
    observers_.store(observers, std::memory_order_relaxed);
  }
  void count_notification(Notice notice) noexcept {
    ++notifications_[static_cast<std::size_t>(notice)];
  }

  std::uint64_t answered(Verdict verdict) const noexcept;
  std::uint64_t payload_bytes() const noexcept { return payload_bytes_; }
  std::uint64_t float_bytes() const noexcept { return float_bytes_; }
  std::string text() const;

 private:
  static constexpr std::size_t verdicts = 7;
  static constexpr std::array<double, 10> bounds_seconds = {0.0005, 0.001, 0.002, 0.005, 0.01,
                                                            0.02,   0.05,  0.1,   0.5,   2.0};
  std::array<std::atomic<std::uint64_t>, verdicts> answered_{};
  std::array<std::atomic<std::uint64_t>, bounds_seconds.size() + 1> latency_{};
  std::atomic<std::uint64_t> latency_nanoseconds_{0};
  std::array<std::atomic<std::uint64_t>, 4> unauthorized_{};  ///< by TokenVerdict
  std::atomic<std::uint64_t> batches_{0};
  std::atomic<std::uint64_t> batch_rows_{0};
  std::atomic<std::uint64_t> payload_bytes_{0};
  std::atomic<std::uint64_t> float_bytes_{0};
  std::atomic<std::uint64_t> queue_{0};
  std::array<std::atomic<std::uint64_t>, 2> handshakes_{};  ///< refused, accepted
  std::atomic<std::uint64_t> observers_{0};
  std::array<std::atomic<std::uint64_t>, 3> notifications_{};  ///< by Notice
  std::atomic<int> mqtt_connected_{-1};
};

}  // namespace terse::serve::core
