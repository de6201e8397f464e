// A prepared statement of SQLite and its connection, owned.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace terse::serve::store {

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

/// Opens a file that is there. Throws JobError naming the path and SQLite's reason.
Database open_database(const std::string& path);
/// Runs statements without results. Throws as Statement does.
void execute(sqlite3* database, const char* sql);
/// The number that a statement's only row begins with.
std::int64_t number_of(sqlite3* database, const char* sql);

/// Parameters are numbered from 1, columns from 0, as in SQLite. Texts and blobs are bound without
/// a copy: they must live until reset(). Every function throws JobError with SQLite's reason, or
/// DataError if that lies in the values (SQLITE_CONSTRAINT, MISMATCH, TOOBIG and RANGE).
class Statement {
 public:
  Statement(sqlite3* database, const char* sql);
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(int index, std::string_view text);
  void bind(int index, std::int64_t number);
  void bind(int index, double number);
  void bind(int index, std::span<const std::uint8_t> bytes);
  void bind(int index, std::optional<std::int64_t> number);
  void bind_null(int index);
  /// True while there is a row.
  bool step();
  void reset();

  std::string text(int column) const;
  std::int64_t integer(int column) const;
  double number(int column) const;
  std::optional<std::int64_t> integer_or_none(int column) const;
  bool is_null(int column) const;
  std::vector<std::uint8_t> bytes(int column) const;

 private:
  void check(int result) const;

  sqlite3_stmt* statement_ = nullptr;
};

/// Resets on the way out, also when a step throws: an open statement would keep a lock.
struct ResetAfter {
  Statement& statement;
  ~ResetAfter() { statement.reset(); }
};

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

}  // namespace terse::serve::store
