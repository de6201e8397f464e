// The tables as version 2 of the store made them, word for word, and what it wrote into them.
#pragma once

namespace terse::serve::store {

constexpr const char* sqlite_version_2 = R"(
PRAGMA journal_mode = WAL;
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
  sender TEXT NOT NULL,
  UNIQUE (device, model, key, run));
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
INSERT INTO messages VALUES (3, 'a', 'pump', 'v1', '41', 1700000000000, x'0102', 1.5, '', '', NULL,
  0, 41, '', NULL, 'none 127.0.0.1');
INSERT INTO messages VALUES (7, 'a', 'pump', 'v1', '42', 1700000002000, x'0405', 3.5, '', '', 3,
  0, 42, '', NULL, 'none 127.0.0.1');
INSERT INTO messages VALUES (8, 'c', 'pump', 'v1', NULL, 1700000003000, x'06', 1, '', '', NULL,
  0, NULL, '', NULL, 'none 127.0.0.1');
INSERT INTO devices VALUES ('a', 7, 1700000002000, 7, 'pump', '', 0, 42, 1700000002000, NULL, 3.5,
  '');
INSERT INTO devices VALUES ('c', 8, 1700000003000, 8, 'pump', '', 0, NULL, 1700000003000, NULL, 1,
  '');
PRAGMA application_id = 1414681413;
PRAGMA user_version = 2;
)";

constexpr const char* postgres_version_2 = R"(
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
  sender text NOT NULL,
  CONSTRAINT messages_once UNIQUE (device, model, key, run));
CREATE TABLE refusals (
  id bigserial PRIMARY KEY,
  device text NOT NULL,
  model text NOT NULL,
  received_ms bigint NOT NULL,
  payload bytea NOT NULL,
  reason text NOT NULL,
  position bigint NOT NULL,
  bytes bigint NOT NULL);
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
INSERT INTO messages VALUES
(4097, 'a', 'pump', 'v1', '41', 1700000000000, '\x0102', 1.5, '', '', NULL,
  0, 41, '', NULL, 'none 127.0.0.1'),
(4098, 'a', 'pump', 'v1', '42', 1700000002000, '\x0405', 3.5, '', '', 4097,
  0, 42, '', NULL, 'none 127.0.0.1'),
(8193, 'c', 'pump', 'v1', NULL, 1700000003000, '\x06', 1, '', '', NULL,
  0, NULL, '', NULL, 'none 127.0.0.1');
INSERT INTO devices VALUES
(4098, 1700000002000, 4098, 0, 1700000002000, 3.5, 42, NULL, 'a', 'pump', '', ''),
(8193, 1700000003000, 8193, 0, 1700000003000, 1, NULL, NULL, 'c', 'pump', '', '');
SELECT setval('messages_id_seq', 8193);
INSERT INTO terse_store VALUES (2);
)";

}  // namespace terse::serve::store
