#include "terse/serve/store/sqlite_expiry.h"

#include <algorithm>

namespace terse::serve::store {
namespace {

void run_with(sqlite3* database, const char* sql, std::int64_t last) {
  Statement statement(database, sql);
  statement.bind(1, last);
  statement.step();
}

/// Where the latest message is gone and later arrivals are not, the last of those takes its place.
constexpr const char* renew_latest =
    "UPDATE devices SET latest = m.id, model = m.model, session = m.session, run = m.run, "
    "counter = CASE WHEN m.key = CASE m.session WHEN '' THEN '' ELSE m.session || ':' END || "
    "m.counter THEN m.counter END, received_ms = m.received_ms, measured_ms = m.measured_ms, "
    "prediction = m.prediction, label = m.label FROM messages AS m "
    "WHERE m.id = devices.last AND devices.latest <= ?1 AND devices.device IN temp.forgotten";

}  // namespace

Expiry find_old(sqlite3* database, std::int64_t before_ms, std::int64_t now_ms,
                std::size_t rows_max) {
  Expiry old(before_ms, now_ms, number_of(database, "SELECT highest_ms FROM retention"));
  Statement statement(database, "SELECT id, received_ms FROM messages ORDER BY id");
  while (old.messages() < rows_max && statement.step() &&
         old.look(statement.integer(0), statement.integer(1))) {
  }
  return old;
}

std::size_t remove_old(sqlite3* database, const Expiry& old, std::size_t rows_max) {
  execute(database,
          "CREATE TEMP TABLE IF NOT EXISTS forgotten (device TEXT PRIMARY KEY) WITHOUT ROWID;"
          "DELETE FROM temp.forgotten");
  Statement find(
      database,
      "SELECT max(id) FROM (SELECT id FROM messages WHERE id <= ?1 ORDER BY id LIMIT ?2)");
  find.bind(1, *old.last());
  find.bind(2, static_cast<std::int64_t>(rows_max));
  if (!find.step() || find.is_null(0)) return 0;
  const std::int64_t last = find.integer(0);
  run_with(database,
           "INSERT OR IGNORE INTO temp.forgotten SELECT device FROM messages WHERE id <= ?1", last);
  run_with(database, "DELETE FROM messages WHERE id <= ?1", last);
  const auto removed = static_cast<std::size_t>(sqlite3_changes(database));
  run_with(database, "DELETE FROM devices WHERE last <= ?1 AND device IN temp.forgotten", last);
  run_with(database, "DELETE FROM counters WHERE last <= ?1 AND device IN temp.forgotten", last);
  run_with(database, renew_latest, last);
  run_with(database, "UPDATE retention SET highest_ms = ?1", old.highest_ms());
  return removed;
}

}  // namespace terse::serve::store
