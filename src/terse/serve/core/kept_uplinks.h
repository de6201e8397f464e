// Rows and refusals that a store is given for uplinks, and the answers that it makes of them.
// Inside the serve/core room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "terse/serve/core/uplink_queue.h"
#include "terse/serve/store/store.h"

namespace terse::serve::core {

/// By which repetitions are found: the sender's key, or the counter in its session.
std::optional<std::string> key_of(const Uplink& uplink);

/// Of an uplink that was predicted.
store::Row row_of(const Waiting& waiting, std::int64_t received_ms,
                  const store::CounterPolicy& policy);

store::Refusal refusal_of(const Waiting& waiting, std::int64_t received_ms);

/// What the store has made of an uplink that was predicted.
void set_outcome(const store::Outcome& outcome, Answer& answer);

}  // namespace terse::serve::core
