// The pipeline's own part of /metrics: the outcomes of uplinks, their delays and their sizes.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "terse/serve/core/metrics.h"
#include "terse/serve/core/uplink.h"

namespace terse::serve::core {

/// Registers its families. Safe from any thread.
class UplinkCounters {
 public:
  /// metrics must outlive it.
  explicit UplinkCounters(Metrics& metrics);

  /// An uplink was answered, `seconds` after it was submitted.
  void count(Verdict verdict, std::size_t payload_bytes, double seconds) noexcept;
  /// Adds, for every acknowledged uplink, the bytes that full precision would have taken.
  void count_float_bytes(std::size_t bytes) noexcept { float_bytes_.add(bytes); }
  /// A worker wrote this many rows in one transaction.
  void count_batch(std::size_t rows) noexcept;
  /// total: refusals that the store has dropped since it was opened.
  void set_dropped(std::uint64_t total) noexcept;
  void set_queue(std::size_t uplinks) noexcept { queue_.set(uplinks); }

  std::uint64_t answered(Verdict verdict) const noexcept;
  std::uint64_t payload_bytes() const noexcept { return payload_bytes_.value(); }
  std::uint64_t float_bytes() const noexcept { return float_bytes_.value(); }

 private:
  std::array<Counter*, verdicts> answered_;  ///< by Verdict
  Histogram& seconds_;
  Counter& batches_;
  Counter& batch_rows_;
  Counter& payload_bytes_;
  Counter& float_bytes_;
  Counter& dropped_;
  std::atomic<std::uint64_t> dropped_seen_{0};
  Gauge& queue_;
};

}  // namespace terse::serve::core
