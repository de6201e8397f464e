// The knowledge and the decisions of a transaction of a store in PostgreSQL, before it writes.
// Inside the serve/store room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

#include "terse/serve/store/device_state.h"
#include "terse/serve/store/postgres_value.h"
#include "terse/serve/store/store.h"

namespace terse::serve::store {

/// Decides row by row, in the order of arrival, what an SQLite store decides by its index: which
/// run a row belongs in, and whether its key came before.
class PostgresBatch {
 public:
  /// A message that the store has, and where: in the store, or among this batch's own rows.
  struct First {
    std::string_view device;
    std::string_view model;
    std::string_view key;
    std::int64_t run = 0;
    friend auto operator<=>(const First&, const First&) = default;
  };
  struct Device {
    DeviceState state;
    std::optional<RowPlace> place;  ///< none: the store does not know it
    bool changed = false;           ///< by this batch
  };
  struct Counter {
    std::optional<CounterState> state;
    std::int64_t last = 0;  ///< the last message, if this batch changed it
  };
  struct Stored {
    const Row* row = nullptr;
    std::int64_t run = 0;
    std::int64_t message = 0;
    std::int64_t previous = 0;  ///< of the same device; 0: none
  };
  struct Bytes {
    Outcome outcome;
    std::vector<std::uint8_t> payload;
  };

  /// rows must outlive it.
  explicit PostgresBatch(std::span<const Row> rows);

  /// By device, which are the names that the rows have.
  std::map<std::string_view, Device> devices;
  /// By device, model and session, of the rows that have counters.
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, Counter> counters;
  /// What the store has under the rows' keys.
  std::map<First, Bytes> firsts;

  /// messages: numbers for new ones, rising, one per row.
  void decide(std::span<const std::int64_t> messages);

  std::vector<Outcome> outcomes;  ///< one per row
  std::vector<Stored> stored;     ///< by device, model and key
  std::vector<Refusal> conflicts;

 private:
  void decide(const Row& row, std::int64_t message);

  std::span<const Row> rows_;
};

}  // namespace terse::serve::store
