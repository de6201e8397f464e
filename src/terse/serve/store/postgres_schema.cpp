#include "terse/serve/store/postgres_schema.h"

#include <fmt/core.h>

namespace terse::serve::store {
namespace {

// Names are compared byte by byte (COLLATE "C"): several times faster than by the rules of a
// language, and the order in which rows are locked is the same everywhere. Rows of devices are
// written over and over: half of each page is left free, so that the indexes stay as they are. What
// lists are sorted by stands before all text, where it is found at once.
constexpr const char* tables = R"(
CREATE TABLE messages (
  id bigserial PRIMARY KEY,
  device text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  version text NOT NULL,
  key text COLLATE "C",
  received_ms bigint NOT NULL,
  payload bytea NOT NULL,
  prediction real NOT NULL,
  label text NOT NULL,
  radio text NOT NULL,
  previous bigint,
  run bigint NOT NULL,
  counter bigint,
  session text NOT NULL,
  measured_ms bigint,
  sender text NOT NULL);
CREATE TABLE refusals (
  id bigserial PRIMARY KEY,
  device text NOT NULL,
  model text NOT NULL,
  received_ms bigint NOT NULL,
  payload bytea NOT NULL,
  reason text NOT NULL,
  position bigint NOT NULL,
  bytes bigint NOT NULL);
)";

constexpr const char* more_tables = R"(
CREATE TABLE devices (
  last bigint NOT NULL,
  heard_ms bigint NOT NULL,
  latest bigint NOT NULL,
  run bigint NOT NULL,
  received_ms bigint NOT NULL,
  prediction real NOT NULL,
  counter bigint,
  measured_ms bigint,
  device text COLLATE "C" PRIMARY KEY,
  model text COLLATE "C" NOT NULL,
  session text NOT NULL,
  label text NOT NULL) WITH (fillfactor = 50);
CREATE TABLE counters (
  device text COLLATE "C" NOT NULL,
  model text COLLATE "C" NOT NULL,
  session text COLLATE "C" NOT NULL,
  run bigint NOT NULL,
  highest bigint NOT NULL,
  highest_before bigint,
  began bigint,
  began_payload bytea NOT NULL,
  began_ms bigint NOT NULL,
  began_measured_ms bigint,
  last bigint NOT NULL,
  PRIMARY KEY (device, model, session)) WITH (fillfactor = 50);
CREATE TABLE retention (highest_ms bigint NOT NULL);
INSERT INTO retention VALUES (0);
ALTER SEQUENCE messages_id_seq INCREMENT BY 4096;
CREATE TABLE terse_store (version bigint NOT NULL);
INSERT INTO terse_store VALUES (0);
)";

// Entries of messages without a key would be the larger part of what an index costs, for nobody.
constexpr const char* index_keys = R"(
CREATE UNIQUE INDEX messages_by_key ON messages (device, model, key, run) WHERE key IS NOT NULL;
)";

// Version 1 kept counters only within keys, COUNTER or SESSION:COUNTER.
constexpr const char* alter_version_1 = R"(
ALTER TABLE messages
  ADD COLUMN previous bigint,
  ADD COLUMN run bigint NOT NULL DEFAULT 0,
  ADD COLUMN counter bigint,
  ADD COLUMN session text NOT NULL DEFAULT '',
  ADD COLUMN measured_ms bigint,
  ADD COLUMN sender text NOT NULL DEFAULT '',
  DROP CONSTRAINT messages_device_model_key_key;
DROP INDEX messages_of_device;
ALTER TABLE messages
  ALTER COLUMN device TYPE text COLLATE "C",
  ALTER COLUMN model TYPE text COLLATE "C",
  ALTER COLUMN key TYPE text COLLATE "C",
  ALTER COLUMN run DROP DEFAULT,
  ALTER COLUMN session DROP DEFAULT,
  ALTER COLUMN sender DROP DEFAULT;
UPDATE messages SET previous = before.previous
  FROM (SELECT id, lag(id) OVER (PARTITION BY device ORDER BY id) AS previous FROM messages)
    AS before
  WHERE messages.id = before.id AND before.previous IS NOT NULL;
ALTER TABLE refusals ADD COLUMN position bigint, ADD COLUMN bytes bigint;
UPDATE refusals SET bytes = octet_length(device) + octet_length(model) + octet_length(payload)
  + octet_length(reason);
UPDATE refusals SET position = sums.position
  FROM (SELECT id, sum(bytes) OVER (ORDER BY id) - bytes AS position FROM refusals) AS sums
  WHERE refusals.id = sums.id;
ALTER TABLE refusals ALTER COLUMN position SET NOT NULL, ALTER COLUMN bytes SET NOT NULL;
)";

constexpr const char* list_devices = R"(
INSERT INTO devices (device, last, heard_ms, latest, model, session, run, counter, received_ms,
    measured_ms, prediction, label)
  SELECT DISTINCT ON (device) device, id, received_ms, id, model,
    coalesce((regexp_match(key, '^(.+):[0-9]{1,18}$'))[1], ''), 0,
    (regexp_match(key, '^(?:.+:)?([0-9]{1,18})$'))[1]::bigint, received_ms, NULL, prediction, label
  FROM messages ORDER BY device, id DESC
)";

enum class Found { nothing, version_1, version_2, ours };

std::string columns_of(PostgresConnection& connection, const char* table) {
  const PostgresResult columns = connection.ask(
      "SELECT coalesce(string_agg(attname, ',' ORDER BY attnum), '') FROM pg_attribute "
      "WHERE attrelid = to_regclass($1::text) AND attnum > 0 AND NOT attisdropped",
      {std::string(table)});
  return columns.text(0, 0);
}

[[noreturn]] void refuse(const std::string& problem, const std::string& remedy) {
  throw base::InputError("store", "", problem, remedy);
}

Found known_version(PostgresConnection& connection) {
  const PostgresResult found = connection.ask("SELECT max(version) FROM terse_store");
  const std::int64_t version = found.integer(0, 0);
  if (version == postgres_schema_version) return Found::ours;
  if (version == 2) return Found::version_2;
  refuse(
      fmt::format("the database holds a store of version {}; this program knows up to version {}",
                  version, postgres_schema_version),
      "use the program that wrote it, or a newer one");
}

Found look(PostgresConnection& connection) {
  if (columns_of(connection, "terse_store") == "version") return known_version(connection);
  const std::string messages = columns_of(connection, "messages");
  const std::string refusals = columns_of(connection, "refusals");
  const std::string others =
      columns_of(connection, "devices") + columns_of(connection, "counters") +
      columns_of(connection, "retention") + columns_of(connection, "terse_store");
  if (others.empty() && messages.empty() && refusals.empty()) return Found::nothing;
  if (others.empty() && refusals == "id,device,model,received_ms,payload,reason" &&
      messages == "id,device,model,version,key,received_ms,payload,prediction,label,radio") {
    return Found::version_1;
  }
  refuse("the database has tables with the names of a store that are not a store of terse",
         "give terse a database of its own");
}

}  // namespace

void prepare_schema(PostgresConnection& connection) {
  if (look(connection) == Found::ours) return;
  // The lock keeps two servers that start at once from creating the tables twice. A large table of
  // an earlier version takes its time.
  connection.execute(
      "BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; "
      "SELECT pg_advisory_xact_lock(7235940152171)");
  const Found found = look(connection);
  if (found == Found::nothing || found == Found::version_1) {
    connection.execute(found == Found::version_1 ? alter_version_1 : tables);
    connection.execute(more_tables);
    if (found == Found::version_1) connection.execute(list_devices);
  }
  if (found == Found::version_2) {
    connection.execute("ALTER TABLE messages DROP CONSTRAINT messages_once");
  }
  if (found != Found::ours) {
    connection.execute(index_keys);
    connection.execute(
        fmt::format("UPDATE terse_store SET version = {}", postgres_schema_version).c_str());
  }
  connection.execute("COMMIT");
}

}  // namespace terse::serve::store
