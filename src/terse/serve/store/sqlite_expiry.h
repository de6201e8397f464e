// Forgets old messages of an SQLite store. Inside the serve/store room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "terse/serve/store/expiry.h"
#include "terse/serve/store/sqlite_statement.h"

namespace terse::serve::store {

/// Which messages came before `before_ms`: reads from the first message on, until about rows_max of
/// them are known.
Expiry find_old(sqlite3* database, std::int64_t before_ms, std::int64_t now_ms,
                std::size_t rows_max);

/// Within a transaction of the caller: removes at most rows_max messages, the first ones up to
/// `last`, with all that is remembered of devices that have none left. Gives how many.
std::size_t remove_old(sqlite3* database, const Expiry& old, std::size_t rows_max);

}  // namespace terse::serve::store
