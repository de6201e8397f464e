// Writes messages and refusals into an SQLite store, within a transaction of the caller. Inside the
// serve/store room.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "terse/serve/store/device_state.h"
#include "terse/serve/store/sqlite_statement.h"
#include "terse/serve/store/store.h"

namespace terse::serve::store {

class SqliteWriter {
 public:
  /// The database must outlive it and hold the tables. quarantine_bytes: of the refusals together.
  SqliteWriter(sqlite3* database, std::uint64_t quarantine_bytes);

  /// One outcome per row. Throws JobError or DataError; then the transaction must be rolled back.
  std::vector<Outcome> write(std::span<const Row> rows, std::span<Refusal> refusals);
  /// Refusals that the last write() dropped.
  std::uint64_t dropped() const { return dropped_; }

 private:
  /// By device, of those in this transaction.
  using States = std::unordered_map<std::string_view, DeviceState>;

  DeviceState find_device(const std::string& device);
  void write_devices(const States& states);
  std::optional<CounterState> find_counter(const Row& row);
  void write_counter(const Row& row, const CounterState& state, std::int64_t message);
  Outcome write_row(const Row& row, DeviceState& device);
  bool insert(const Row& row, std::int64_t run, std::int64_t previous);
  Outcome find_first(const Row& row, std::int64_t run);
  void write_refusals(std::span<Refusal> conflicts, std::span<Refusal> refusals);

  sqlite3* database_;
  std::uint64_t quarantine_bytes_;
  bool counters_known_ = false;
  std::uint64_t dropped_ = 0;
  Statement insert_;
  Statement find_;
  Statement find_device_;
  Statement set_device_;
  Statement any_counter_;
  Statement find_counter_;
  Statement set_counter_;
  Statement refuse_;
  Statement last_position_;
  Statement drop_;
};

}  // namespace terse::serve::store
