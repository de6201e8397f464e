#include "terse/serve/store/sqlite_statement.h"

#include <fmt/core.h>

#include "terse/base/error.h"
#include "terse/serve/store/store.h"
#include "terse/text/quoting.h"

namespace terse::serve::store {
namespace {

[[noreturn]] void fail(sqlite3* database) {
  const int code = sqlite3_extended_errcode(database);
  const std::string problem =
      fmt::format("the store refuses: {} (SQLite {})", sqlite3_errmsg(database), code);
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
    case SQLITE_RANGE:
      throw DataError(problem);
    default:
      throw base::JobError(problem);
  }
}

}  // namespace

Database open_database(const std::string& path) {
  sqlite3* opened = nullptr;
  const int result =
      sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(opened);
  if (result != SQLITE_OK) {
    throw base::JobError(fmt::format("cannot open the store {}: {}", text::in_quotes(path),
                                     opened != nullptr ? sqlite3_errmsg(opened) : "no memory"));
  }
  sqlite3_extended_result_codes(opened, 1);
  return database;
}

void execute(sqlite3* database, const char* sql) {
  if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(database);
}

std::int64_t number_of(sqlite3* database, const char* sql) {
  Statement statement(database, sql);
  statement.step();
  return statement.integer(0);
}

Statement::Statement(sqlite3* database, const char* sql) {
  if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr) !=
      SQLITE_OK) {
    fail(database);
  }
}

void Statement::check(int result) const {
  if (result != SQLITE_OK) fail(sqlite3_db_handle(statement_));
}

void Statement::bind(int index, std::string_view text) {
  check(
      sqlite3_bind_text64(statement_, index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::bind(int index, std::int64_t number) {
  check(sqlite3_bind_int64(statement_, index, number));
}

void Statement::bind(int index, double number) {
  check(sqlite3_bind_double(statement_, index, number));
}

void Statement::bind(int index, std::span<const std::uint8_t> bytes) {
  // A null pointer would bind NULL, not the empty blob.
  const void* data = bytes.empty() ? static_cast<const void*>("") : bytes.data();
  check(sqlite3_bind_blob64(statement_, index, data, bytes.size(), SQLITE_STATIC));
}

void Statement::bind(int index, std::optional<std::int64_t> number) {
  if (!number) return bind_null(index);
  bind(index, *number);
}

void Statement::bind_null(int index) {
  check(sqlite3_bind_null(statement_, index));
}

bool Statement::step() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  fail(sqlite3_db_handle(statement_));
}

void Statement::reset() {
  // The result repeats the error of the last step, which was reported there.
  sqlite3_reset(statement_);
}

std::string Statement::text(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data == nullptr ? std::string() : std::string(data, size);
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double Statement::number(int column) const {
  return sqlite3_column_double(statement_, column);
}

std::optional<std::int64_t> Statement::integer_or_none(int column) const {
  return is_null(column) ? std::nullopt : std::optional(integer(column));
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::vector<std::uint8_t> Statement::bytes(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data == nullptr ? std::vector<std::uint8_t>()
                         : std::vector<std::uint8_t>(data, data + size);
}

}  // namespace terse::serve::store
