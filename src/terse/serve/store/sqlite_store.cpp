#include "terse/serve/store/sqlite_store.h"

#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "terse/serve/store/sqlite_statement.h"

namespace terse::serve::store {
namespace {

constexpr const char* schema = R"(
PRAGMA busy_timeout = 2000;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA cache_size = -65536;
PRAGMA wal_autocheckpoint = 10000;
CREATE TABLE IF NOT EXISTS messages (
  id INTEGER PRIMARY KEY,
  device TEXT NOT NULL,
  model TEXT NOT NULL,
  version TEXT NOT NULL,
  key TEXT,
  received_ms INTEGER NOT NULL,
  payload BLOB NOT NULL,
  prediction REAL NOT NULL,
  label TEXT NOT NULL,
  radio TEXT NOT NULL,
  previous INTEGER,
  UNIQUE (device, model, key));
CREATE TABLE IF NOT EXISTS latest (
  device TEXT PRIMARY KEY,
  message INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refusals (
  id INTEGER PRIMARY KEY,
  device TEXT NOT NULL,
  model TEXT NOT NULL,
  received_ms INTEGER NOT NULL,
  payload BLOB NOT NULL,
  reason TEXT NOT NULL);
)";

constexpr const char* every_row =
    "SELECT device, model, version, key, received_ms, payload, prediction, label, radio "
    "FROM messages ORDER BY id";

constexpr const char* all_rows =
    "SELECT device, model, version, key, received_ms, payload, prediction, label, radio "
    "FROM messages WHERE ?1 = '' ORDER BY id DESC LIMIT ?2";

// From a device's last message back, each names the one before it: an index of the messages by
// device would cost half of the writing speed.
constexpr const char* rows_of_device =
    "WITH RECURSIVE history(id) AS (SELECT message FROM latest WHERE device = ?1 "
    "UNION ALL SELECT previous FROM messages, history WHERE messages.id = history.id "
    "AND previous IS NOT NULL LIMIT ?2) "
    "SELECT device, model, version, key, received_ms, payload, prediction, label, radio "
    "FROM history CROSS JOIN messages ON messages.id = history.id ORDER BY messages.id DESC";

Database open_with_schema(const std::string& path) {
  Database database = open_database(path);
  execute(database.get(), schema);
  return database;
}

/// Rolls back unless committed.
class Transaction {
 public:
  explicit Transaction(sqlite3* database) : database_(database) {
    execute(database_, "BEGIN IMMEDIATE");
  }
  ~Transaction() {
    if (!committed_) sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() {
    execute(database_, "COMMIT");
    committed_ = true;
  }

 private:
  sqlite3* database_;
  bool committed_ = false;
};

/// Resets on the way out, also when a step throws: an open statement would keep a lock.
struct ResetAfter {
  Statement& statement;
  ~ResetAfter() { statement.reset(); }
};

Row row_of(const Statement& statement) {
  Row row;
  row.device = statement.text(0);
  row.model = statement.text(1);
  row.version = statement.text(2);
  if (!statement.is_null(3)) row.key = statement.text(3);
  row.received_ms = statement.integer(4);
  row.payload = statement.bytes(5);
  row.prediction = static_cast<float>(statement.number(6));
  row.label = statement.text(7);
  row.radio = statement.text(8);
  return row;
}

std::vector<Row> read_rows(Statement& statement) {
  std::vector<Row> rows;
  while (statement.step()) rows.push_back(row_of(statement));
  return rows;
}

}  // namespace

struct SqliteStore::State {
  explicit State(const std::string& path)
      : write_database(open_with_schema(path)),
        read_database(open_with_schema(path)),
        insert(write_database.get(),
               "INSERT INTO messages (device, model, version, key, received_ms, payload, "
               "prediction, label, radio, previous) "
               "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
               "ON CONFLICT (device, model, key) DO NOTHING"),
        find(write_database.get(),
             "SELECT version, prediction, payload, label FROM messages "
             "WHERE device = ?1 AND model = ?2 AND key = ?3"),
        find_latest(write_database.get(), "SELECT message FROM latest WHERE device = ?1"),
        set_latest(write_database.get(), "INSERT OR REPLACE INTO latest VALUES (?1, ?2)"),
        refuse(write_database.get(),
               "INSERT INTO refusals (device, model, received_ms, payload, reason) "
               "VALUES (?1, ?2, ?3, ?4, ?5)"),
        forget(write_database.get(),
               "DELETE FROM refusals WHERE id <= (SELECT max(id) FROM refusals) - ?1") {}

  /// The last message of each device of a transaction, 0 if there is none.
  using Latest = std::unordered_map<std::string_view, std::int64_t>;

  std::int64_t latest_of(const std::string& device);
  Outcome write_row(const Row& row, Latest& latest);
  void write_latest(const Latest& latest);
  void write_refusal(const Refusal& refusal);

  std::mutex write_mutex;
  std::mutex read_mutex;
  Database write_database;
  Database read_database;
  Statement insert;
  Statement find;
  Statement find_latest;
  Statement set_latest;
  Statement refuse;
  Statement forget;
};

std::int64_t SqliteStore::State::latest_of(const std::string& device) {
  const ResetAfter reset{find_latest};
  find_latest.bind(1, device);
  return find_latest.step() ? find_latest.integer(0) : 0;
}

void SqliteStore::State::write_latest(const Latest& latest) {
  for (const auto& [device, message] : latest) {
    const ResetAfter reset{set_latest};
    set_latest.bind(1, device);
    set_latest.bind(2, message);
    set_latest.step();
  }
}

Outcome SqliteStore::State::write_row(const Row& row, Latest& latest) {
  auto last = latest.find(row.device);
  const std::int64_t before = last == latest.end() ? latest_of(row.device) : last->second;
  {
    const ResetAfter reset{insert};
    insert.bind(1, row.device);
    insert.bind(2, row.model);
    insert.bind(3, row.version);
    if (row.key) {
      insert.bind(4, *row.key);
    } else {
      insert.bind_null(4);
    }
    insert.bind(5, row.received_ms);
    insert.bind(6, std::span(row.payload));
    insert.bind(7, static_cast<double>(row.prediction));
    insert.bind(8, row.label);
    insert.bind(9, row.radio);
    if (before == 0) {
      insert.bind_null(10);
    } else {
      insert.bind(10, before);
    }
    insert.step();
  }
  if (sqlite3_changes(write_database.get()) == 1) {
    latest.insert_or_assign(row.device, sqlite3_last_insert_rowid(write_database.get()));
    return {Kept::stored, row.version, row.prediction, row.label};
  }
  const ResetAfter reset{find};
  find.bind(1, row.device);
  find.bind(2, row.model);
  find.bind(3, *row.key);
  find.step();
  const Kept kept = find.bytes(2) == row.payload ? Kept::duplicate : Kept::conflict;
  return {kept, find.text(0), static_cast<float>(find.number(1)), find.text(3)};
}

void SqliteStore::State::write_refusal(const Refusal& refusal) {
  const ResetAfter reset{refuse};
  refuse.bind(1, refusal.device);
  refuse.bind(2, refusal.model);
  refuse.bind(3, refusal.received_ms);
  refuse.bind(4, std::span(refusal.payload));
  refuse.bind(5, refusal.reason);
  refuse.step();
}

SqliteStore::SqliteStore(const std::string& path) : state_(std::make_unique<State>(path)) {}
SqliteStore::~SqliteStore() = default;

std::vector<Outcome> SqliteStore::write(std::span<const Row> rows,
                                        std::span<const Refusal> refusals) {
  const std::lock_guard lock(state_->write_mutex);
  Transaction transaction(state_->write_database.get());
  std::vector<Outcome> outcomes;
  outcomes.reserve(rows.size());
  bool refused = !refusals.empty();
  State::Latest latest;
  for (const Row& row : rows) {
    outcomes.push_back(state_->write_row(row, latest));
    if (outcomes.back().kept != Kept::conflict) continue;
    refused = true;
    state_->write_refusal({row.device, row.model, row.received_ms, row.payload,
                           "key " + *row.key + " came before with different bytes"});
  }
  state_->write_latest(latest);
  for (const Refusal& refusal : refusals) state_->write_refusal(refusal);
  if (refused) {
    const ResetAfter reset{state_->forget};
    state_->forget.bind(1, static_cast<std::int64_t>(refusals_max));
    state_->forget.step();
  }
  transaction.commit();
  return outcomes;
}

std::vector<Row> SqliteStore::recent(const std::string& device, std::size_t rows_max) {
  const std::lock_guard lock(state_->read_mutex);
  Statement statement(state_->read_database.get(), device.empty() ? all_rows : rows_of_device);
  statement.bind(1, device);
  statement.bind(2, static_cast<std::int64_t>(rows_max));
  return read_rows(statement);
}

std::optional<Row> SqliteStore::latest(const std::string& device) {
  std::vector<Row> rows = recent(device, 1);
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

void SqliteStore::check() {
  const std::lock_guard lock(state_->write_mutex);
  Transaction transaction(state_->write_database.get());
  // Writes the first page, whatever it held.
  execute(state_->write_database.get(), "PRAGMA user_version = 1");
  transaction.commit();
}

DeviceList SqliteStore::devices(const DeviceQuery& query) {
  const std::lock_guard lock(state_->read_mutex);
  Statement statement(state_->read_database.get(),
                      "SELECT messages.device, model, received_ms, prediction, label FROM latest "
                      "JOIN messages ON messages.id = latest.message "
                      "ORDER BY messages.id DESC LIMIT ?1");
  statement.bind(1, static_cast<std::int64_t>(query.devices_max));
  DeviceList list;
  while (statement.step()) {
    list.devices.push_back({statement.text(0), statement.text(1), statement.integer(2),
                            static_cast<float>(statement.number(3)), statement.text(4)});
  }
  list.found = list.devices.size();
  return list;
}

std::vector<Refusal> SqliteStore::quarantine(const QuarantineQuery& query) {
  const std::lock_guard lock(state_->read_mutex);
  Statement statement(state_->read_database.get(),
                      "SELECT device, model, received_ms, payload, reason FROM refusals "
                      "ORDER BY id DESC LIMIT ?1");
  statement.bind(1, static_cast<std::int64_t>(query.refusals_max));
  std::vector<Refusal> refusals;
  while (statement.step()) {
    refusals.push_back({statement.text(0), statement.text(1), statement.integer(2),
                        statement.bytes(3), statement.text(4)});
  }
  return refusals;
}

void SqliteStore::for_each(const std::function<void(const Row&)>& visit) {
  const std::lock_guard lock(state_->read_mutex);
  Statement statement(state_->read_database.get(), every_row);
  while (statement.step()) visit(row_of(statement));
}

std::uint64_t SqliteStore::refusals_dropped() const {
  return 0;
}

std::size_t SqliteStore::forget(std::int64_t before_ms, std::size_t rows_max) {
  const std::lock_guard lock(state_->write_mutex);
  Transaction transaction(state_->write_database.get());
  // The oldest are the first: looking further for old ones would read the whole table.
  Statement remove(state_->write_database.get(),
                   "DELETE FROM messages WHERE id IN (SELECT id FROM (SELECT id, received_ms "
                   "FROM messages ORDER BY id LIMIT ?2) WHERE received_ms < ?1)");
  remove.bind(1, before_ms);
  remove.bind(2, static_cast<std::int64_t>(rows_max));
  remove.step();
  const auto forgotten = static_cast<std::size_t>(sqlite3_changes(state_->write_database.get()));
  if (forgotten > 0) {
    execute(state_->write_database.get(),
            "DELETE FROM latest WHERE message < (SELECT coalesce(min(id), 9223372036854775807) "
            "FROM messages)");
  }
  transaction.commit();
  return forgotten;
}

}  // namespace terse::serve::store
