// Keeps the write-ahead log of an SQLite store short. Inside the serve/store room.
#pragma once

#include <sqlite3.h>

#include <chrono>

namespace terse::serve::store {

/// SQLite begins the log anew only at a moment at which nobody reads from it: readers that take
/// turns would let it grow for ever. From `pages_max` on this one waits for such a moment, a little
/// at a time, while no message is written.
class SqliteLog {
 public:
  static constexpr int pages_max = 16'384;  ///< 64 MiB
  static constexpr int bytes_kept = 64 << 20;

  /// Sets the connection up. It must outlive this. Throws JobError.
  explicit SqliteLog(sqlite3* database);
  ~SqliteLog();
  SqliteLog(const SqliteLog&) = delete;
  SqliteLog& operator=(const SqliteLog&) = delete;

  /// Between transactions of this connection.
  void shorten() noexcept;

 private:
  static int committed(void* log, sqlite3* database, const char* name, int pages);

  sqlite3* database_;
  int pages_ = 0;
  std::chrono::steady_clock::time_point tried_;
};

}  // namespace terse::serve::store
