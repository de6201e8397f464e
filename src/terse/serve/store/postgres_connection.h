// A connection to PostgreSQL, owned. Inside the serve/store room.
#pragma once

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "terse/base/error.h"
#include "terse/serve/store/postgres_value.h"

namespace terse::serve::store {

/// What another server did at the same moment is in the way: the transaction may be tried again at
/// once (SQLSTATE 23505, 40001 and 40P01).
class PostgresCollision : public base::JobError {
 public:
  using base::JobError::JobError;
};

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};

/// Rows of a result, every value as text.
class PostgresResult {
 public:
  explicit PostgresResult(PGresult* result) : result_(result) {}
  int rows() const { return PQntuples(result_.get()); }
  /// Rows that a statement inserted, changed or deleted.
  std::int64_t changed() const;
  bool is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }
  std::string text(int row, int column) const { return PQgetvalue(result_.get(), row, column); }
  std::int64_t integer(int row, int column) const;
  std::optional<std::int64_t> integer_or_none(int row, int column) const;
  float number(int row, int column) const;
  /// A bytea.
  std::vector<std::uint8_t> bytes(int row, int column) const;

 private:
  std::unique_ptr<PGresult, ClearResult> result_;
};

/// A statement with its parameters. sql: a constant of the program; it is prepared once.
struct PostgresQuestion {
  const char* sql;
  PostgresValues values = {};
};

/// All functions throw JobError with PostgreSQL's reason, DataError if that lies in the values
/// (SQLSTATE classes 22, 23 and 54), or PostgresCollision. The transaction is rolled back then, and
/// a connection that is lost is given up: open() connects anew.
class PostgresConnection {
 public:
  /// settings: statements of SQL for every new session.
  PostgresConnection(std::string url, std::string settings)
      : url_(std::move(url)), settings_(std::move(settings)) {}

  /// Connects unless connected. True if the connection is a new one.
  bool open();
  PostgresResult ask(const char* sql, PostgresValues values = {});
  /// Several statements in one round trip; their results in order. After one that failed the others
  /// were not executed.
  std::vector<PostgresResult> ask_all(std::span<const PostgresQuestion> questions);
  /// Statements without parameters and results, not prepared.
  void execute(const char* sql);

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  struct Problem {
    std::string text;
    std::string state;  ///< SQLSTATE; empty if the connection is at fault
  };
  [[noreturn]] void fail(Problem problem);
  Problem connection_problem() const;
  void send(const PostgresQuestion& question, std::vector<bool>& is_answer);
  std::optional<PostgresResult> take(std::optional<Problem>& problem);

  std::string url_;
  std::string settings_;
  std::unique_ptr<PGconn, Finish> connection_;
  std::unordered_map<const char*, std::string> prepared_;  ///< names by statement
};

}  // namespace terse::serve::store
