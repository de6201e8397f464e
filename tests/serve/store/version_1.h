// The tables as the first versions of the server made them, word for word, and what these wrote
// into them: the stores that exist out there.
#pragma once

namespace terse::serve::store {

constexpr const char* sqlite_version_1 = R"(
PRAGMA journal_mode = WAL;
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
INSERT INTO messages VALUES (3, 'a', 'pump', 'v1', '41', 1700000000000, x'0102', 1.5, '', '', NULL);
INSERT INTO messages VALUES (4, 'b', 'pump', 'v1', 's:1:7', 1700000001000, x'03', 2.5, '', '{}',
  NULL);
INSERT INTO messages VALUES (7, 'a', 'pump', 'v1', '42', 1700000002000, x'0405', 3.5, '', '', 3);
INSERT INTO messages VALUES (8, 'c', 'state', 'v2', NULL, 1700000003000, x'', 1, 'good', '', NULL);
INSERT INTO latest VALUES ('a', 7), ('b', 4), ('c', 8);
INSERT INTO refusals VALUES (5, 'a', 'x', 1700000004000, x'070809', 'there is no model');
INSERT INTO refusals VALUES (6, 'a', 'x', 1700000005000, x'07', 'there is no model');
PRAGMA user_version = 1;
)";

constexpr const char* postgres_version_1 = R"(
CREATE TABLE IF NOT EXISTS messages (id bigserial PRIMARY KEY, device text NOT NULL,
model text NOT NULL, version text NOT NULL, key text, received_ms bigint NOT NULL,
payload bytea NOT NULL, prediction real NOT NULL, label text NOT NULL, radio text NOT NULL,
UNIQUE (device, model, key));
CREATE INDEX IF NOT EXISTS messages_of_device ON messages (device, id);
CREATE TABLE IF NOT EXISTS refusals (id bigserial PRIMARY KEY, device text NOT NULL,
model text NOT NULL, received_ms bigint NOT NULL, payload bytea NOT NULL,
reason text NOT NULL);
INSERT INTO messages VALUES
(3, 'a', 'pump', 'v1', '41', 1700000000000, '\x0102', 1.5, '', ''),
(4, 'b', 'pump', 'v1', 's:1:7', 1700000001000, '\x03', 2.5, '', '{}'),
(7, 'a', 'pump', 'v1', '42', 1700000002000, '\x0405', 3.5, '', ''),
(8, 'c', 'state', 'v2', NULL, 1700000003000, '', 1, 'good', '');
SELECT setval('messages_id_seq', 8);
INSERT INTO refusals VALUES
(5, 'a', 'x', 1700000004000, '\x070809', 'there is no model'),
(6, 'a', 'x', 1700000005000, '\x07', 'there is no model');
SELECT setval('refusals_id_seq', 6);
)";

}  // namespace terse::serve::store
