// In which run of a device's counter a message belongs: the meaning of a counter that falls
// (docs/server/counters.md). Inside the serve/store room.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "terse/serve/store/store.h"

namespace terse::serve::store {

/// What is remembered of the counter of a device, for a model and in a session.
struct CounterState {
  std::int64_t run = 0;
  std::uint64_t highest = 0;                         ///< in this run
  std::optional<std::uint64_t> highest_before = {};  ///< in the run before this one
  std::optional<std::uint64_t> began = {};           ///< with which the device said it begins anew
  std::vector<std::uint8_t> began_payload = {};      ///< of that message
  std::int64_t began_ms = 0;                         ///< when it was received
  std::optional<std::int64_t> began_measured_ms = {};  ///< of that message

  friend bool operator==(const CounterState&, const CounterState&) = default;
};

/// Said again later than this, "I begin anew" with the same counter and bytes is another restart,
/// not the same message again; unless times of measurement tell.
inline constexpr std::int64_t said_again_ms_max = std::int64_t{24} * 3'600'000;

/// False for messages without a counter and those with a key of the sender's own: they have no
/// runs.
bool is_counted(const Row& row);

/// True if the row's policy lets its counter begin anew.
bool may_begin_anew(const Row& row);

/// The run that a counted row belongs in. `state` becomes what is to be remembered if the row turns
/// out to be a new message; null: nothing was known.
std::int64_t run_of(const Row& row, std::optional<CounterState>& state);

}  // namespace terse::serve::store
