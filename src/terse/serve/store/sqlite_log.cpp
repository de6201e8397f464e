#include "terse/serve/store/sqlite_log.h"

#include <fmt/core.h>

#include "terse/serve/store/sqlite_statement.h"

namespace terse::serve::store {
namespace {

constexpr int checkpoint_pages = 10'000;
constexpr int busy_ms = 2000;
constexpr int busy_ms_to_shorten = 100;
constexpr auto pause = std::chrono::seconds(1);

}  // namespace

SqliteLog::SqliteLog(sqlite3* database) : database_(database) {
  execute(database, fmt::format("PRAGMA journal_size_limit = {}", bytes_kept).c_str());
  // In the place of SQLite's own hook, which does the same without telling the log's length.
  sqlite3_wal_hook(database, committed, this);
}

SqliteLog::~SqliteLog() {
  sqlite3_wal_hook(database_, nullptr, nullptr);
}

int SqliteLog::committed(void* log, sqlite3* database, const char* name, int pages) {
  static_cast<SqliteLog*>(log)->pages_ = pages;
  if (pages >= checkpoint_pages) {
    // What fails now is tried again at the next commit.
    sqlite3_wal_checkpoint_v2(database, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  }
  return SQLITE_OK;
}

void SqliteLog::shorten() noexcept {
  const auto now = std::chrono::steady_clock::now();
  if (pages_ < pages_max || now - tried_ < pause) return;
  tried_ = now;
  sqlite3_busy_timeout(database_, busy_ms_to_shorten);
  if (sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr) ==
      SQLITE_OK) {
    pages_ = 0;
  }
  sqlite3_busy_timeout(database_, busy_ms);
}

}  // namespace terse::serve::store
