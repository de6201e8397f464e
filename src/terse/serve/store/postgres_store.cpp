#include "terse/serve/store/postgres_store.h"

#include <fmt/core.h>

#include <algorithm>
#include <mutex>
#include <numeric>
#include <tuple>

#include "terse/base/error.h"
#include "terse/serve/store/postgres_connection.h"

namespace terse::serve::store {
namespace {

// The lock keeps two servers that start at once from creating the tables twice.
constexpr const char* const schema[] = {
    "BEGIN",
    "SELECT pg_advisory_xact_lock(7235940152171)",
    "CREATE TABLE IF NOT EXISTS messages (id bigserial PRIMARY KEY, device text NOT NULL, "
    "model text NOT NULL, version text NOT NULL, key text, received_ms bigint NOT NULL, "
    "payload bytea NOT NULL, prediction real NOT NULL, label text NOT NULL, radio text NOT NULL, "
    "UNIQUE (device, model, key))",
    "CREATE INDEX IF NOT EXISTS messages_of_device ON messages (device, id)",
    "CREATE TABLE IF NOT EXISTS refusals (id bigserial PRIMARY KEY, device text NOT NULL, "
    "model text NOT NULL, received_ms bigint NOT NULL, payload bytea NOT NULL, "
    "reason text NOT NULL)",
    "COMMIT"};

constexpr const char* insert_row =
    "INSERT INTO messages (device, model, version, key, received_ms, payload, prediction, label, "
    "radio, id) VALUES ($1, $2, $3, $4, $5::bigint, $6::bytea, $7::real, $8, $9, $10::bigint) "
    "ON CONFLICT (device, model, key) DO NOTHING";
constexpr const char* insert_refusal =
    "INSERT INTO refusals (device, model, received_ms, payload, reason) "
    "VALUES ($1, $2, $3::bigint, $4::bytea, $5)";
constexpr const char* find_row =
    "SELECT version, prediction, payload, label FROM messages "
    "WHERE device = $1 AND model = $2 AND key = $3";
constexpr const char* forget_refusals =
    "DELETE FROM refusals WHERE id <= (SELECT max(id) FROM refusals) - 100000";

#define TERSE_ROW_COLUMNS                                                                    \
  "SELECT device, model, version, key, received_ms, payload, prediction, label, radio FROM " \
  "messages "
constexpr const char* all_rows = TERSE_ROW_COLUMNS "ORDER BY id DESC LIMIT $1::bigint";
constexpr const char* rows_of_device =
    TERSE_ROW_COLUMNS "WHERE device = $2 ORDER BY id DESC LIMIT $1::bigint";
constexpr const char* every_row = "DECLARE every_row CURSOR FOR " TERSE_ROW_COLUMNS "ORDER BY id";
#undef TERSE_ROW_COLUMNS

// Steps through the index from device to device, instead of reading all messages.
constexpr const char* last_of_each =
    "WITH RECURSIVE names(device) AS ((SELECT min(device) FROM messages) UNION ALL "
    "SELECT (SELECT min(device) FROM messages WHERE device > names.device) FROM names "
    "WHERE names.device IS NOT NULL) "
    "SELECT names.device, model, received_ms, prediction, label FROM names, LATERAL (SELECT * FROM "
    "messages WHERE messages.device = names.device ORDER BY id DESC LIMIT 1) AS last "
    "ORDER BY last.id DESC LIMIT $1::bigint";

Row row_of(const PostgresResult& result, int row) {
  Row read;
  read.device = result.text(row, 0);
  read.model = result.text(row, 1);
  read.version = result.text(row, 2);
  if (!result.is_null(row, 3)) read.key = result.text(row, 3);
  read.received_ms = result.integer(row, 4);
  read.payload = result.bytes(row, 5);
  read.prediction = result.number(row, 6);
  read.label = result.text(row, 7);
  read.radio = result.text(row, 8);
  return read;
}

std::vector<Row> rows_of(const PostgresResult& result) {
  std::vector<Row> rows;
  for (int row = 0; row < result.rows(); ++row) rows.push_back(row_of(result, row));
  return rows;
}

PostgresValues values_of(const Row& row) {
  return {row.device,
          row.model,
          row.version,
          row.key,
          row.received_ms,
          std::span(row.payload),
          fmt::format("{:.9g}", row.prediction),
          row.label,
          row.radio};
}

PostgresValues values_of(const Refusal& refusal) {
  return {refusal.device, refusal.model, refusal.received_ms, std::span(refusal.payload),
          refusal.reason};
}

/// The text without the bytes that PostgreSQL's text cannot hold.
std::string storable(std::string text) {
  std::erase(text, '\0');
  return text;
}

/// In one order everywhere, so that two servers with the same messages never wait for each other.
std::vector<std::size_t> by_key(std::span<const Row> rows) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(rows[a].device, rows[a].model, rows[a].key) <
           std::tie(rows[b].device, rows[b].model, rows[b].key);
  });
  return order;
}

}  // namespace

struct PostgresStore::State {
  explicit State(const std::string& url) : writing(url), reading(url) {}

  std::vector<Outcome> write_rows(std::span<const Row> rows, std::vector<Refusal>& refusals);

  std::mutex write_mutex;
  std::mutex read_mutex;
  PostgresConnection writing;
  PostgresConnection reading;
};

std::vector<Outcome> PostgresStore::State::write_rows(std::span<const Row> rows,
                                                      std::vector<Refusal>& refusals) {
  const std::vector<std::size_t> order = by_key(rows);
  std::vector<PostgresValues> values;
  // Inserted by key, numbered by arrival.
  const PostgresResult ids =
      writing.ask("SELECT nextval('messages_id_seq') FROM generate_series(1, $1::bigint)",
                  {static_cast<std::int64_t>(rows.size())});
  for (const std::size_t i : order) {
    values.push_back(values_of(rows[i]));
    values.back().emplace_back(ids.integer(static_cast<int>(i), 0));
  }
  const std::vector<std::int64_t> inserted = writing.for_all(insert_row, values);
  std::vector<Outcome> outcomes(rows.size());
  for (std::size_t position = 0; position < order.size(); ++position) {
    const Row& row = rows[order[position]];
    Outcome& outcome = outcomes[order[position]];
    outcome = {Kept::stored, row.version, row.prediction, row.label};
    if (inserted[position] == 1) continue;
    const PostgresResult first = writing.ask(find_row, {row.device, row.model, row.key});
    if (first.rows() != 1)
      throw base::JobError("the store refuses: a message has vanished, send it again");
    const bool same = first.bytes(0, 2) == row.payload;
    outcome = {same ? Kept::duplicate : Kept::conflict, first.text(0, 0), first.number(0, 1),
               first.text(0, 3)};
    if (same) continue;
    refusals.push_back({row.device, row.model, row.received_ms, row.payload,
                        "key " + *row.key + " came before with different bytes"});
  }
  return outcomes;
}

PostgresStore::PostgresStore(const std::string& url) : state_(std::make_unique<State>(url)) {
  state_->writing.open();
  for (const char* sql : schema) state_->writing.ask(sql);
}

PostgresStore::~PostgresStore() = default;

std::vector<Outcome> PostgresStore::write(std::span<const Row> rows,
                                          std::span<const Refusal> given) {
  const std::lock_guard lock(state_->write_mutex);
  PostgresConnection& connection = state_->writing;
  connection.open();
  connection.ask("BEGIN");
  std::vector<Refusal> refusals(given.begin(), given.end());
  std::vector<Outcome> outcomes = state_->write_rows(rows, refusals);
  std::vector<PostgresValues> values;
  for (Refusal& refusal : refusals) {
    refusal.model = storable(refusal.model);
    refusal.reason = storable(refusal.reason);
    values.push_back(values_of(refusal));
  }
  if (!values.empty()) {
    connection.for_all(insert_refusal, values);
    connection.ask(forget_refusals);
  }
  connection.ask("COMMIT");
  return outcomes;
}

std::vector<Row> PostgresStore::recent(const std::string& device, std::size_t rows_max) {
  const std::lock_guard lock(state_->read_mutex);
  state_->reading.open();
  const auto limit = static_cast<std::int64_t>(rows_max);
  return rows_of(device.empty() ? state_->reading.ask(all_rows, {limit})
                                : state_->reading.ask(rows_of_device, {limit, device}));
}

std::optional<Row> PostgresStore::latest(const std::string& device) {
  std::vector<Row> rows = recent(device, 1);
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

void PostgresStore::check() {
  const std::lock_guard lock(state_->write_mutex);
  PostgresConnection& connection = state_->writing;
  connection.open();
  connection.ask("BEGIN");
  // Takes part in the log that a commit waits for.
  connection.ask("SELECT pg_logical_emit_message(true, 'terse', '')");
  connection.ask("COMMIT");
}

DeviceList PostgresStore::devices(const DeviceQuery& query) {
  const std::lock_guard lock(state_->read_mutex);
  state_->reading.open();
  const PostgresResult result =
      state_->reading.ask(last_of_each, {static_cast<std::int64_t>(query.devices_max)});
  DeviceList list;
  for (int row = 0; row < result.rows(); ++row) {
    list.devices.push_back({result.text(row, 0), result.text(row, 1), result.integer(row, 2),
                            result.number(row, 3), result.text(row, 4)});
  }
  list.found = list.devices.size();
  return list;
}

std::vector<Refusal> PostgresStore::quarantine(const QuarantineQuery& query) {
  const std::lock_guard lock(state_->read_mutex);
  state_->reading.open();
  const PostgresResult result = state_->reading.ask(
      "SELECT device, model, received_ms, payload, reason FROM refusals ORDER BY id DESC "
      "LIMIT $1::bigint",
      {static_cast<std::int64_t>(query.refusals_max)});
  std::vector<Refusal> refusals;
  for (int row = 0; row < result.rows(); ++row) {
    refusals.push_back({result.text(row, 0), result.text(row, 1), result.integer(row, 2),
                        result.bytes(row, 3), result.text(row, 4)});
  }
  return refusals;
}

void PostgresStore::for_each(const std::function<void(const Row&)>& visit) {
  const std::lock_guard lock(state_->read_mutex);
  state_->reading.open();
  state_->reading.ask("BEGIN");
  state_->reading.ask(every_row);
  for (;;) {
    const PostgresResult some = state_->reading.ask("FETCH 5000 FROM every_row");
    if (some.rows() == 0) break;
    for (int row = 0; row < some.rows(); ++row) visit(row_of(some, row));
  }
  state_->reading.ask("COMMIT");
}

std::uint64_t PostgresStore::refusals_dropped() const {
  return 0;
}

std::size_t PostgresStore::forget(std::int64_t before_ms, std::size_t rows_max) {
  const std::lock_guard lock(state_->write_mutex);
  state_->writing.open();
  const PostgresResult gone = state_->writing.ask(
      "DELETE FROM messages WHERE id IN (SELECT id FROM (SELECT id, received_ms FROM messages "
      "ORDER BY id LIMIT $2::bigint) AS oldest WHERE received_ms < $1::bigint)",
      {before_ms, static_cast<std::int64_t>(rows_max)});
  return static_cast<std::size_t>(gone.changed());
}

}  // namespace terse::serve::store
