#include "terse/serve/store/sqlite_schema.h"

#include <fmt/core.h>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::serve::store {
namespace {

// From a device's last message back, each names the one before it: an index of the messages by
// device would cost half of the writing speed, and so would entries of messages without a key in
// the index of keys, which nobody looks for. `position` is the sum of the bytes of all refusals
// before this one, so that the oldest can be dropped without counting. `retention` has one row.
constexpr const char* tables = R"(
CREATE TABLE messages (
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
  run INTEGER NOT NULL,
  counter INTEGER,
  session TEXT NOT NULL,
  measured_ms INTEGER,
  sender TEXT NOT NULL);
CREATE UNIQUE INDEX messages_by_key ON messages (device, model, key, run) WHERE key IS NOT NULL;
CREATE TABLE devices (
  device TEXT PRIMARY KEY,
  last INTEGER NOT NULL,
  heard_ms INTEGER NOT NULL,
  latest INTEGER NOT NULL,
  model TEXT NOT NULL,
  session TEXT NOT NULL,
  run INTEGER NOT NULL,
  counter INTEGER,
  received_ms INTEGER NOT NULL,
  measured_ms INTEGER,
  prediction REAL NOT NULL,
  label TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE counters (
  device TEXT NOT NULL,
  model TEXT NOT NULL,
  session TEXT NOT NULL,
  run INTEGER NOT NULL,
  highest INTEGER NOT NULL,
  highest_before INTEGER,
  began INTEGER,
  began_payload BLOB NOT NULL,
  began_ms INTEGER NOT NULL,
  began_measured_ms INTEGER,
  last INTEGER NOT NULL,
  PRIMARY KEY (device, model, session)) WITHOUT ROWID;
CREATE TABLE refusals (
  id INTEGER PRIMARY KEY,
  device TEXT NOT NULL,
  model TEXT NOT NULL,
  received_ms INTEGER NOT NULL,
  payload BLOB NOT NULL,
  reason TEXT NOT NULL,
  position INTEGER NOT NULL,
  bytes INTEGER NOT NULL);
CREATE TABLE retention (highest_ms INTEGER NOT NULL);
INSERT INTO retention VALUES (0);
)";

constexpr const char* set_old_aside = R"(
ALTER TABLE messages RENAME TO old_messages;
ALTER TABLE refusals RENAME TO old_refusals;
ALTER TABLE latest RENAME TO old_latest;
)";

// Version 1 kept counters only within keys, COUNTER or SESSION:COUNTER. `rtrim` leaves what is
// before the last digits.
constexpr const char* take_over_old = R"(
INSERT INTO messages
  SELECT id, device, model, version, key, received_ms, payload, prediction, label, radio, previous,
    0, NULL, '', NULL, '' FROM old_messages ORDER BY id;
INSERT INTO devices
  SELECT device, message, received_ms, message, model,
    CASE WHEN counted AND before <> '' THEN substr(before, 1, length(before) - 1) ELSE '' END, 0,
    CASE WHEN counted THEN CAST(substr(key, length(before) + 1) AS INTEGER) END,
    received_ms, NULL, prediction, label
  FROM (SELECT *, length(key) - length(before) BETWEEN 1 AND 18
      AND (before = '' OR before GLOB '?*:') AS counted
    FROM (SELECT m.*, old_latest.message, rtrim(m.key, '0123456789') AS before
      FROM old_latest JOIN messages AS m ON m.id = old_latest.message));
INSERT INTO refusals
  SELECT id, device, model, received_ms, payload, reason,
    sum(bytes) OVER (ORDER BY id) - bytes, bytes
  FROM (SELECT *, length(CAST(device AS BLOB)) + length(CAST(model AS BLOB)) + length(payload)
      + length(CAST(reason AS BLOB)) AS bytes FROM old_refusals);
DROP TABLE old_messages;
DROP TABLE old_refusals;
DROP TABLE old_latest;
)";

enum class Found { nothing, version_1, version_2, ours };

bool has_columns_of_version_1(sqlite3* database) {
  constexpr const char* columns =
      "SELECT (SELECT group_concat(name) FROM pragma_table_info('messages')) = "
      "'id,device,model,version,key,received_ms,payload,prediction,label,radio,previous' AND "
      "(SELECT group_concat(name) FROM pragma_table_info('latest')) = 'device,message' AND "
      "(SELECT group_concat(name) FROM pragma_table_info('refusals')) = "
      "'id,device,model,received_ms,payload,reason'";
  return number_of(database, columns) == 1;
}

Found known_version(std::int64_t version, const std::string& path) {
  if (version == sqlite_schema_version) return Found::ours;
  if (version == 2) return Found::version_2;
  throw base::InputError(
      path, "",
      fmt::format("is a store of version {}; this program knows up to version {}", version,
                  sqlite_schema_version),
      "use the program that wrote it, or a newer one");
}

Found look(sqlite3* database, const std::string& path) {
  const std::int64_t application = number_of(database, "PRAGMA application_id");
  const std::int64_t version = number_of(database, "PRAGMA user_version");
  if (application == sqlite_application_id) return known_version(version, path);
  if (application == 0 && version <= 1) {
    const std::int64_t entries = number_of(database, "SELECT count(*) FROM sqlite_master");
    if (entries == 0 && version == 0) return Found::nothing;
    if (has_columns_of_version_1(database)) return Found::version_1;
  }
  throw base::InputError(path, "", "is an SQLite file, but not a store of terse",
                         "name another file, or one that is not there yet");
}

void mark(sqlite3* database) {
  execute(database, fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                sqlite_application_id, sqlite_schema_version)
                        .c_str());
}

}  // namespace

void prepare_schema(sqlite3* database, const std::string& path) {
  // Before anything asks for a lock.
  if (look(database, path) == Found::ours) return;
  Transaction transaction(database);
  // Another process may have been here first.
  const Found found = look(database, path);
  if (found == Found::ours) return;
  // A file of version 2 keeps its index of all messages, with and without a key: only time is lost.
  if (found == Found::version_1) execute(database, set_old_aside);
  if (found != Found::version_2) execute(database, tables);
  if (found == Found::version_1) execute(database, take_over_old);
  mark(database);
  transaction.commit();
}

}  // namespace terse::serve::store
