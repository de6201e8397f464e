// What both stores ask of what they are given. Inside the serve/store room.
#pragma once

#include <cstdint>
#include <span>

#include "terse/serve/store/store.h"

namespace terse::serve::store {

/// Throws DataError if a prediction is not a number, which one database keeps as NULL and the other
/// as text that is none.
void require_storable(std::span<const Row> rows);

/// What a refusal counts in the quarantine.
std::int64_t bytes_of(const Refusal& refusal);

/// Of a row whose key came before with different bytes.
Refusal conflict_refusal(const Row& row);

}  // namespace terse::serve::store
