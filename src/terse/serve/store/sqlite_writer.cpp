#include "terse/serve/store/sqlite_writer.h"

#include "terse/serve/store/storable.h"

namespace terse::serve::store {
namespace {

std::optional<std::int64_t> as_integer(std::optional<std::uint64_t> counter) {
  return counter ? std::optional(static_cast<std::int64_t>(*counter)) : std::nullopt;
}

std::optional<std::uint64_t> as_counter(std::optional<std::int64_t> number) {
  return number ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

}  // namespace

SqliteWriter::SqliteWriter(sqlite3* database, std::uint64_t quarantine_bytes)
    : database_(database),
      quarantine_bytes_(quarantine_bytes),
      insert_(database,
              "INSERT INTO messages (device, model, version, key, received_ms, payload, "
              "prediction, label, radio, previous, run, counter, session, measured_ms, sender) "
              "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) "
              "ON CONFLICT DO NOTHING"),
      find_(database,
            "SELECT version, prediction, payload, label FROM messages "
            "WHERE device = ?1 AND model = ?2 AND key = ?3 AND run = ?4"),
      find_device_(database,
                   "SELECT last, heard_ms, latest, model, session, run, counter, received_ms, "
                   "measured_ms, prediction, label FROM devices WHERE device = ?1"),
      set_device_(database,
                  "INSERT OR REPLACE INTO devices VALUES "
                  "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"),
      any_counter_(database, "SELECT EXISTS (SELECT 1 FROM counters)"),
      find_counter_(database,
                    "SELECT run, highest, highest_before, began, began_payload, began_ms, "
                    "began_measured_ms FROM counters "
                    "WHERE device = ?1 AND model = ?2 AND session = ?3"),
      set_counter_(database,
                   "INSERT OR REPLACE INTO counters VALUES "
                   "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"),
      refuse_(database,
              "INSERT INTO refusals (device, model, received_ms, payload, reason, position, "
              "bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
      last_position_(database, "SELECT position + bytes FROM refusals ORDER BY id DESC LIMIT 1"),
      drop_(database,
            "DELETE FROM refusals WHERE id < coalesce((SELECT id FROM refusals "
            "WHERE position >= ?1 ORDER BY id LIMIT 1), (SELECT max(id) FROM refusals))") {}

DeviceState SqliteWriter::find_device(const std::string& device) {
  const ResetAfter reset{find_device_};
  find_device_.bind(1, device);
  DeviceState state;
  if (!find_device_.step()) return state;
  state.last = find_device_.integer(0);
  state.heard_ms = find_device_.integer(1);
  state.latest = find_device_.integer(2);
  state.model = find_device_.text(3);
  state.session = find_device_.text(4);
  state.run = find_device_.integer(5);
  state.counter = as_counter(find_device_.integer_or_none(6));
  state.received_ms = find_device_.integer(7);
  state.measured_ms = find_device_.integer_or_none(8);
  state.prediction = static_cast<float>(find_device_.number(9));
  state.label = find_device_.text(10);
  return state;
}

void SqliteWriter::write_devices(const States& states) {
  for (const auto& [device, state] : states) {
    if (state.last == 0) continue;
    const ResetAfter reset{set_device_};
    set_device_.bind(1, device);
    set_device_.bind(2, state.last);
    set_device_.bind(3, state.heard_ms);
    set_device_.bind(4, state.latest);
    set_device_.bind(5, state.model);
    set_device_.bind(6, state.session);
    set_device_.bind(7, state.run);
    set_device_.bind(8, as_integer(state.counter));
    set_device_.bind(9, state.received_ms);
    set_device_.bind(10, state.measured_ms);
    set_device_.bind(11, static_cast<double>(state.prediction));
    set_device_.bind(12, state.label);
    set_device_.step();
  }
}

std::optional<CounterState> SqliteWriter::find_counter(const Row& row) {
  const ResetAfter reset{find_counter_};
  find_counter_.bind(1, row.device);
  find_counter_.bind(2, row.model);
  find_counter_.bind(3, row.session);
  if (!find_counter_.step()) return std::nullopt;
  CounterState state;
  state.run = find_counter_.integer(0);
  state.highest = static_cast<std::uint64_t>(find_counter_.integer(1));
  state.highest_before = as_counter(find_counter_.integer_or_none(2));
  state.began = as_counter(find_counter_.integer_or_none(3));
  state.began_payload = find_counter_.bytes(4);
  state.began_ms = find_counter_.integer(5);
  state.began_measured_ms = find_counter_.integer_or_none(6);
  return state;
}

void SqliteWriter::write_counter(const Row& row, const CounterState& state, std::int64_t message) {
  const ResetAfter reset{set_counter_};
  set_counter_.bind(1, row.device);
  set_counter_.bind(2, row.model);
  set_counter_.bind(3, row.session);
  set_counter_.bind(4, state.run);
  set_counter_.bind(5, static_cast<std::int64_t>(state.highest));
  set_counter_.bind(6, as_integer(state.highest_before));
  set_counter_.bind(7, as_integer(state.began));
  set_counter_.bind(8, std::span(state.began_payload));
  set_counter_.bind(9, state.began_ms);
  set_counter_.bind(10, state.began_measured_ms);
  set_counter_.bind(11, message);
  set_counter_.step();
}

bool SqliteWriter::insert(const Row& row, std::int64_t run, std::int64_t previous) {
  const ResetAfter reset{insert_};
  insert_.bind(1, row.device);
  insert_.bind(2, row.model);
  insert_.bind(3, row.version);
  if (row.key) {
    insert_.bind(4, *row.key);
  } else {
    insert_.bind_null(4);
  }
  insert_.bind(5, row.received_ms);
  insert_.bind(6, std::span(row.payload));
  insert_.bind(7, static_cast<double>(row.prediction));
  insert_.bind(8, row.label);
  insert_.bind(9, row.radio);
  insert_.bind(10, previous == 0 ? std::nullopt : std::optional(previous));
  insert_.bind(11, run);
  insert_.bind(12, as_integer(row.counter));
  insert_.bind(13, row.session);
  insert_.bind(14, row.measured_ms);
  insert_.bind(15, row.sender);
  insert_.step();
  return sqlite3_changes(database_) == 1;
}

Outcome SqliteWriter::find_first(const Row& row, std::int64_t run) {
  const ResetAfter reset{find_};
  find_.bind(1, row.device);
  find_.bind(2, row.model);
  find_.bind(3, *row.key);
  find_.bind(4, run);
  find_.step();
  const Kept kept = find_.bytes(2) == row.payload ? Kept::duplicate : Kept::conflict;
  return {kept, find_.text(0), static_cast<float>(find_.number(1)), find_.text(3)};
}

Outcome SqliteWriter::write_row(const Row& row, DeviceState& device) {
  std::optional<CounterState> counter;
  std::int64_t run = 0;
  if ((counters_known_ || may_begin_anew(row)) && is_counted(row)) {
    counter = device.with_latest(row, find_counter(row));
    run = run_of(row, counter);
  }
  if (!insert(row, run, device.last)) return find_first(row, run);
  const std::int64_t message = sqlite3_last_insert_rowid(database_);
  const bool later = device.take(row, run, message);
  if (counter && may_begin_anew(row)) {
    write_counter(row, *counter, message);
    counters_known_ = true;
  }
  return {Kept::stored, row.version, row.prediction, row.label, !later};
}

void SqliteWriter::write_refusals(std::span<Refusal> conflicts, std::span<Refusal> refusals) {
  dropped_ = 0;
  if (conflicts.empty() && refusals.empty()) return;
  std::int64_t position = 0;
  {
    const ResetAfter reset{last_position_};
    if (last_position_.step()) position = last_position_.integer(0);
  }
  for (const auto some : {conflicts, refusals}) {
    for (Refusal& refusal : some) {
      const std::int64_t bytes = bytes_of(refusal);
      const ResetAfter reset{refuse_};
      refuse_.bind(1, refusal.device);
      refuse_.bind(2, refusal.model);
      refuse_.bind(3, refusal.received_ms);
      refuse_.bind(4, std::span(refusal.payload));
      refuse_.bind(5, refusal.reason);
      refuse_.bind(6, position);
      refuse_.bind(7, bytes);
      refuse_.step();
      refusal.id = sqlite3_last_insert_rowid(database_);
      position += bytes;
    }
  }
  const ResetAfter reset{drop_};
  drop_.bind(1, position - static_cast<std::int64_t>(quarantine_bytes_));
  drop_.step();
  dropped_ = static_cast<std::uint64_t>(sqlite3_changes(database_));
}

std::vector<Outcome> SqliteWriter::write(std::span<const Row> rows, std::span<Refusal> refusals) {
  require_storable(rows);
  {
    const ResetAfter reset{any_counter_};
    any_counter_.step();
    counters_known_ = any_counter_.integer(0) == 1;
  }
  std::vector<Outcome> outcomes;
  outcomes.reserve(rows.size());
  std::vector<Refusal> conflicts;
  States states;
  for (const Row& row : rows) {
    auto state = states.find(row.device);
    if (state == states.end()) {
      state = states.emplace(row.device, find_device(row.device)).first;
    }
    outcomes.push_back(write_row(row, state->second));
    if (outcomes.back().kept == Kept::conflict) conflicts.push_back(conflict_refusal(row));
  }
  write_devices(states);
  write_refusals(conflicts, refusals);
  name_conflicts(conflicts, outcomes);
  return outcomes;
}

}  // namespace terse::serve::store
