// The conditions that both stores make, and the refusals they write by themselves. Inside the
// serve/store room.
#pragma once

#include <cstdint>
#include <span>

#include "terse/serve/store/store.h"

namespace terse::serve::store {

/// Throws DataError if a prediction is not finite: one database would keep it as NULL, the other as
/// text that JSON has no number for.
void require_storable(std::span<const Row> rows);

/// What a refusal counts in the quarantine.
std::int64_t bytes_of(const Refusal& refusal);

/// Of a row whose key came before with different bytes.
Refusal conflict_refusal(const Row& row);

/// Gives the outcomes that are conflicts the ids of their refusals, which are in the same order.
void name_conflicts(std::span<const Refusal> conflicts, std::span<Outcome> outcomes);

}  // namespace terse::serve::store
