// The state of a device that a store keeps beside its messages: which of them is the latest. Inside
// the serve/store room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "terse/serve/store/counter_runs.h"
#include "terse/serve/store/store.h"

namespace terse::serve::store {

/// Times of measurement further than this after the receipt are not believed: one device whose
/// clock runs wild would keep its last value for ever.
inline constexpr std::int64_t measured_ahead_ms_max = std::int64_t{24} * 3'600'000;

struct DeviceState {
  std::int64_t last = 0;      ///< the message that arrived last; 0: none
  std::int64_t heard_ms = 0;  ///< when
  // Of the latest message:
  std::int64_t latest = 0;
  std::string model = {};
  std::string session = {};
  std::int64_t run = 0;
  std::optional<std::uint64_t> counter = {};  ///< if it is counted
  std::int64_t received_ms = 0;
  std::optional<std::int64_t> measured_ms = {};
  float prediction = 0.0F;
  std::string label = {};

  /// The row was stored in this run and under this number. True if it is the latest message now.
  bool take(const Row& row, std::int64_t in_run, std::int64_t message);
  /// `remembered`, of the counter in the row's model and session, with what is known here: messages
  /// of a policy without runs are remembered here alone.
  std::optional<CounterState> with_latest(const Row& row,
                                          std::optional<CounterState> remembered) const;

 private:
  bool is_later(const Row& row, std::int64_t in_run) const;
};

}  // namespace terse::serve::store
