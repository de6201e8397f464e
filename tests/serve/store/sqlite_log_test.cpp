#include "terse/serve/store/sqlite_log.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "serve/served_examples.h"
#include "terse/serve/store/sqlite_statement.h"
#include "terse/serve/store/sqlite_store.h"

namespace terse::serve::store {
namespace {

std::vector<Row> megabytes(int count) {
  std::vector<Row> rows;
  for (int i = 0; i < count; ++i) {
    Row row;
    row.device = "d";
    row.model = "pump";
    row.payload.resize(1 << 20);
    rows.push_back(row);
  }
  return rows;
}

TEST(SqliteLog, IsShortAgainAfterABurst) {
  const Folder folder;
  const std::string path = folder / "s.sqlite";
  SqliteStore store(path);
  store.write(megabytes(150), {});
  EXPECT_LE(std::filesystem::file_size(path + "-wal"), SqliteLog::bytes_kept);
}

/// There is somebody who reads at every moment, so that SQLite alone would never begin the log
/// anew.
TEST(SqliteLog, StaysShortWhileReadersTakeTurns) {
  const Folder folder;
  const std::string path = folder / "s.sqlite";
  SqliteStore store(path);
  store.write(megabytes(1), {});
  std::atomic<bool> stopping{false};
  std::atomic<int> in_turn{0};
  const auto read = [&](int who) {
    const Database database = open_database(path);
    execute(database.get(), "PRAGMA busy_timeout = 2000");
    while (!stopping) {
      execute(database.get(), "BEGIN; SELECT count(*) FROM messages");
      in_turn = who;
      // Until the other one reads too.
      while (!stopping && in_turn == who) std::this_thread::yield();
      execute(database.get(), "COMMIT");
    }
  };
  std::thread one(read, 1);
  std::thread two(read, 2);
  std::uintmax_t largest = 0;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(4);
  for (int i = 0; i < 40 || std::chrono::steady_clock::now() < end; ++i) {
    store.write(megabytes(10), {});
    store.forget(1, 100);
    largest = std::max(largest, std::filesystem::file_size(path + "-wal"));
    if (largest > (std::uintmax_t{600} << 20U)) break;
    if (i >= 39) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  stopping = true;
  one.join();
  two.join();
  store.write(megabytes(1), {});
  EXPECT_LE(std::filesystem::file_size(path + "-wal"), SqliteLog::bytes_kept);
}

}  // namespace
}  // namespace terse::serve::store
