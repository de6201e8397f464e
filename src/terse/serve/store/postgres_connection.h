// A connection to PostgreSQL, owned.
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace terse::serve::store {

/// A parameter of a statement: text, or bytes, or NULL.
struct PostgresValue {
  PostgresValue(std::string text) : bytes(std::move(text)) {}
  PostgresValue(std::int64_t number) : bytes(std::to_string(number)) {}
  PostgresValue(std::span<const std::uint8_t> data)
      : bytes(std::string(data.begin(), data.end())), binary(true) {}
  PostgresValue(std::optional<std::string> text) : bytes(std::move(text)) {}

  std::optional<std::string> bytes;
  bool binary = false;
};
using PostgresValues = std::vector<PostgresValue>;

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};

/// Rows of a result, every value as text.
class PostgresResult {
 public:
  explicit PostgresResult(PGresult* result) : result_(result) {}
  int rows() const { return PQntuples(result_.get()); }
  /// Rows that a statement inserted or deleted.
  std::int64_t changed() const;
  bool is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }
  std::string text(int row, int column) const { return PQgetvalue(result_.get(), row, column); }
  std::int64_t integer(int row, int column) const;
  float number(int row, int column) const;
  /// A bytea.
  std::vector<std::uint8_t> bytes(int row, int column) const;

 private:
  std::unique_ptr<PGresult, ClearResult> result_;
};

/// All functions throw JobError with PostgreSQL's reason; then the connection is given up, with its
/// transaction, and begin() connects anew.
class PostgresConnection {
 public:
  explicit PostgresConnection(std::string url) : url_(std::move(url)) {}

  /// Connects unless connected.
  void open();
  PostgresResult ask(const char* sql, const PostgresValues& values = {});
  /// The same statement for each element of `values`, in a few round trips; gives the rows each one
  /// changed.
  std::vector<std::int64_t> for_all(const char* sql, const std::vector<PostgresValues>& values);

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  [[noreturn]] void fail();
  void send(const char* sql, const PostgresValues& values);

  std::string url_;
  std::unique_ptr<PGconn, Finish> connection_;
};

}  // namespace terse::serve::store
