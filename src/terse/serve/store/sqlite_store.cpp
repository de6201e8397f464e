#include "terse/serve/store/sqlite_store.h"

#include <fmt/core.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>

#include "terse/base/error.h"
#include "terse/serve/store/device_list.h"
#include "terse/serve/store/sqlite_expiry.h"
#include "terse/serve/store/sqlite_file.h"
#include "terse/serve/store/sqlite_log.h"
#include "terse/serve/store/sqlite_schema.h"
#include "terse/serve/store/sqlite_statement.h"
#include "terse/serve/store/sqlite_writer.h"
#include "terse/text/quoting.h"

namespace terse::serve::store {
namespace {

constexpr const char* before_schema =
    "PRAGMA busy_timeout = 2000; PRAGMA cache_size = -65536; "
    "PRAGMA temp_store = MEMORY";
// Written into the file, so only once it is known to be a store.
constexpr const char* after_schema = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL";

#define TERSE_ROW_COLUMNS                                                               \
  "SELECT messages.id, device, model, version, key, received_ms, payload, prediction, " \
  "label, radio, counter, session, measured_ms, sender, run FROM "

constexpr const char* some_rows = TERSE_ROW_COLUMNS "messages WHERE id > ?1 ORDER BY id LIMIT ?2";
constexpr const char* newest_rows =
    TERSE_ROW_COLUMNS "messages WHERE ?1 = '' ORDER BY id DESC LIMIT ?2";
constexpr const char* rows_of_device =
    "WITH RECURSIVE history(message) AS (SELECT last FROM devices WHERE device = ?1 "
    "UNION ALL SELECT previous FROM messages, history WHERE messages.id = history.message "
    "AND previous IS NOT NULL LIMIT ?2) " TERSE_ROW_COLUMNS
    "history CROSS JOIN messages ON messages.id = history.message ORDER BY messages.id DESC";
constexpr const char* latest_of_device =
    TERSE_ROW_COLUMNS "messages WHERE id = (SELECT latest FROM devices WHERE device = ?1)";
#undef TERSE_ROW_COLUMNS

Database open_prepared(const std::string& path) {
  Database database = open_database(path);
  try {
    execute(database.get(), before_schema);
    prepare_schema(database.get(), path);
    execute(database.get(), after_schema);
  } catch (const base::JobError& error) {
    throw base::JobError(
        fmt::format("cannot open the store {}: {}", text::in_quotes(path), error.what()));
  }
  return database;
}

Database make_and_open(const std::string& path) {
  make_private_file(path);
  return open_prepared(path);
}

Row row_of(const Statement& statement) {
  Row row;
  row.device = statement.text(1);
  row.model = statement.text(2);
  row.version = statement.text(3);
  if (!statement.is_null(4)) row.key = statement.text(4);
  row.received_ms = statement.integer(5);
  row.payload = statement.bytes(6);
  row.prediction = static_cast<float>(statement.number(7));
  row.label = statement.text(8);
  row.radio = statement.text(9);
  if (const auto counter = statement.integer_or_none(10)) {
    row.counter = static_cast<std::uint64_t>(*counter);
  }
  row.session = statement.text(11);
  row.measured_ms = statement.integer_or_none(12);
  row.sender = statement.text(13);
  row.run = statement.integer(14);
  return row;
}

std::vector<Row> read_rows(Statement& statement) {
  std::vector<Row> rows;
  std::size_t bytes = 0;
  while (statement.step()) {
    Row row = row_of(statement);
    bytes += row.payload.size() + row.radio.size();
    if (bytes > recent_bytes_max && !rows.empty()) break;
    rows.push_back(std::move(row));
  }
  return rows;
}

/// Binds what the query asks for; gives the next parameter.
int bind_query(Statement& statement, const DeviceQuery& query) {
  int parameter = 1;
  if (!query.search.empty()) statement.bind(parameter++, query.search);
  if (!query.model.empty()) statement.bind(parameter++, query.model);
  if (query.silent_since_ms) statement.bind(parameter++, *query.silent_since_ms);
  return parameter;
}

std::int64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

struct SqliteStore::State {
  State(const std::string& path, const StoreOptions& options)
      : write_database(make_and_open(path)),
        read_database(open_prepared(path)),
        log(write_database.get()),
        writer(write_database.get(), options.quarantine_bytes),
        file(path) {}

  std::mutex write_mutex;
  std::mutex read_mutex;
  Database write_database;
  Database read_database;
  SqliteLog log;
  SqliteWriter writer;
  SqliteFile file;
  std::atomic<std::uint64_t> dropped{0};
};

SqliteStore::SqliteStore(const std::string& path, const StoreOptions& options)
    : state_(std::make_unique<State>(path, options)) {}
SqliteStore::~SqliteStore() = default;

std::vector<Outcome> SqliteStore::write(std::span<const Row> rows, std::span<Refusal> refusals) {
  const std::lock_guard lock(state_->write_mutex);
  state_->file.check();
  Transaction transaction(state_->write_database.get());
  std::vector<Outcome> outcomes = state_->writer.write(rows, refusals);
  transaction.commit();
  // Before anything is acknowledged: it may have gone meanwhile.
  state_->file.check();
  state_->dropped += state_->writer.dropped();
  state_->log.shorten();
  return outcomes;
}

std::vector<Row> SqliteStore::recent(const std::string& device, std::size_t rows_max) {
  const std::lock_guard lock(state_->read_mutex);
  Statement statement(state_->read_database.get(), device.empty() ? newest_rows : rows_of_device);
  statement.bind(1, device);
  statement.bind(2, static_cast<std::int64_t>(rows_max));
  return read_rows(statement);
}

std::optional<Row> SqliteStore::latest(const std::string& device) {
  const std::lock_guard lock(state_->read_mutex);
  Statement statement(state_->read_database.get(), latest_of_device);
  statement.bind(1, device);
  return statement.step() ? std::optional(row_of(statement)) : std::nullopt;
}

void SqliteStore::check() {
  const std::lock_guard lock(state_->write_mutex);
  state_->file.check();
  Transaction transaction(state_->write_database.get());
  // Writes the first page, whatever it held.
  execute(state_->write_database.get(),
          fmt::format("PRAGMA user_version = {}", sqlite_schema_version).c_str());
  transaction.commit();
  state_->file.check();
}

DeviceList SqliteStore::devices(const DeviceQuery& query) {
  const std::lock_guard lock(state_->read_mutex);
  sqlite3* database = state_->read_database.get();
  Statement count(database, count_of_devices(query, "instr").c_str());
  bind_query(count, query);
  count.step();
  DeviceList list;
  list.found = static_cast<std::size_t>(count.integer(0));
  Statement statement(database, list_of_devices(query, "instr").c_str());
  const int parameter = bind_query(statement, query);
  statement.bind(parameter, static_cast<std::int64_t>(query.devices_max));
  statement.bind(parameter + 1, static_cast<std::int64_t>(query.skipped));
  while (statement.step()) {
    list.devices.push_back({statement.text(0), statement.text(1), statement.integer(2),
                            static_cast<float>(statement.number(3)), statement.text(4),
                            statement.integer_or_none(5)});
  }
  return list;
}

std::vector<std::string> SqliteStore::proven_devices() {
  const std::lock_guard lock(state_->read_mutex);
  Statement statement(state_->read_database.get(),
                      "SELECT devices.device FROM devices JOIN messages ON messages.id = last "
                      "WHERE sender = 'device ' || devices.device");
  std::vector<std::string> proven;
  while (statement.step()) proven.push_back(statement.text(0));
  return proven;
}

std::vector<Refusal> SqliteStore::quarantine(const QuarantineQuery& query) {
  const std::lock_guard lock(state_->read_mutex);
  Statement statement(state_->read_database.get(),
                      "SELECT device, model, received_ms, payload, reason, id FROM refusals "
                      "WHERE ?1 IS NULL OR id < ?1 ORDER BY id DESC LIMIT ?2");
  statement.bind(1, query.before_id);
  statement.bind(2, static_cast<std::int64_t>(query.refusals_max));
  std::vector<Refusal> refusals;
  std::size_t bytes = 0;
  while (statement.step()) {
    Refusal refusal{statement.text(0),  statement.text(1), statement.integer(2),
                    statement.bytes(3), statement.text(4), statement.integer(5)};
    bytes += refusal.payload.size();
    if (!refusals.empty() && bytes > query.payload_bytes_max) break;
    refusals.push_back(std::move(refusal));
  }
  return refusals;
}

void SqliteStore::for_each(const std::function<void(const Row&)>& visit) {
  constexpr std::int64_t rows_at_once = 1000;
  // In parts: a reader that stayed in one transaction would let the log grow all the time.
  for (std::int64_t last = 0;;) {
    std::vector<Row> rows;
    {
      const std::lock_guard lock(state_->read_mutex);
      Statement statement(state_->read_database.get(), some_rows);
      statement.bind(1, last);
      statement.bind(2, rows_at_once);
      while (statement.step()) {
        last = statement.integer(0);
        rows.push_back(row_of(statement));
      }
    }
    if (rows.empty()) return;
    for (const Row& row : rows) visit(row);
  }
}

std::uint64_t SqliteStore::refusals_dropped() const {
  return state_->dropped;
}

std::size_t SqliteStore::forget(std::int64_t before_ms, std::size_t rows_max) {
  const Expiry old = [&] {
    const std::lock_guard lock(state_->read_mutex);
    return find_old(state_->read_database.get(), before_ms, now_ms(), rows_max);
  }();
  if (!old.last()) return 0;
  const std::lock_guard lock(state_->write_mutex);
  state_->file.check();
  Transaction transaction(state_->write_database.get());
  const std::size_t forgotten = remove_old(state_->write_database.get(), old, rows_max);
  transaction.commit();
  return forgotten;
}

}  // namespace terse::serve::store
