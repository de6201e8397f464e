// Writes messages and refusals into a store in PostgreSQL, over one connection. Inside the
// serve/store room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "terse/serve/store/postgres_connection.h"
#include "terse/serve/store/store.h"

namespace terse::serve::store {

struct PostgresWritten {
  std::vector<Outcome> outcomes;  ///< one per row
  std::uint64_t dropped = 0;      ///< refusals
};

/// Devices are divided among so many slots, and whoever writes for a device holds the lock of its
/// slot until the transaction ends, in every server.
inline constexpr std::size_t postgres_slots = 16;

std::size_t postgres_slot(std::string_view device);

/// Locks slots, in their order, within a transaction.
PostgresQuestion slots_question(const std::set<std::int64_t>& slots);

/// The sequence gives messages' numbers in blocks of this size: one block for most transactions.
inline constexpr std::int64_t postgres_block = 4096;

struct PostgresWriting {
  std::uint64_t quarantine_bytes = 0;
  /// Asks first whether the rows' keys came before. Without asking, which costs a sixth less, a row
  /// that did makes the transaction collide.
  bool look_for_firsts = true;
};

/// One transaction of two round trips, however many rows: the first locks the devices' slots and
/// asks what is known of the devices and of the rows' keys; the second writes everything and
/// commits. Throws as the connection does.
PostgresWritten write_to(PostgresConnection& connection, std::span<const Row> rows,
                         std::span<Refusal> refusals, const PostgresWriting& how);

}  // namespace terse::serve::store
