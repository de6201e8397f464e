#include "terse/serve/store/postgres_connection.h"

#include <charconv>
#include <cstring>

#include "terse/serve/store/store.h"
#include "terse/text/hex.h"

namespace terse::serve::store {
namespace {

constexpr const char* reading_settings =
    "SET client_min_messages = warning; SET statement_timeout = '10s'; SET lock_timeout = '5s'; "
    "SET idle_in_transaction_session_timeout = '10s'; "
    "SET default_transaction_isolation = 'read committed'; "
    "SET extra_float_digits = 1; SET bytea_output = 'hex'; SET jit = off; SET "
    "max_parallel_workers_per_gather = 0; ";

template <typename Number>
Number number_of(const std::string& text) {
  Number value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string one_line(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

bool is_of_values(const std::string& state) {
  return state.starts_with("22") || state.starts_with("23") || state.starts_with("54");
}

bool is_collision(const std::string& state) {
  return state == "23505" || state == "40001" || state == "40P01";
}

}  // namespace

std::int64_t PostgresResult::changed() const {
  return number_of<std::int64_t>(PQcmdTuples(result_.get()));
}

std::int64_t PostgresResult::integer(int row, int column) const {
  return number_of<std::int64_t>(text(row, column));
}

std::optional<std::int64_t> PostgresResult::integer_or_none(int row, int column) const {
  return is_null(row, column) ? std::nullopt : std::optional(integer(row, column));
}

float PostgresResult::number(int row, int column) const {
  return number_of<float>(text(row, column));
}

std::vector<std::uint8_t> PostgresResult::bytes(int row, int column) const {
  const std::string hex = text(row, column);
  const auto bytes = text::from_hex(std::string_view(hex).substr(hex.starts_with("\\x") ? 2 : 0));
  return bytes ? *bytes : std::vector<std::uint8_t>();
}

PostgresConnection::Problem PostgresConnection::connection_problem() const {
  return {connection_ == nullptr ? "" : one_line(PQerrorMessage(connection_.get())), ""};
}

void PostgresConnection::fail(Problem problem) {
  const bool lost = problem.state.empty() || PQstatus(connection_.get()) != CONNECTION_OK;
  if (!lost && PQtransactionStatus(connection_.get()) != PQTRANS_IDLE) {
    const PostgresResult ended(PQexec(connection_.get(), "ROLLBACK"));
  }
  if (lost || PQtransactionStatus(connection_.get()) != PQTRANS_IDLE) connection_.reset();
  const std::string text =
      "the store refuses: " + (problem.text.empty() ? "the connection is lost" : problem.text);
  if (is_collision(problem.state)) throw PostgresCollision(text);
  if (is_of_values(problem.state)) throw DataError(text);
  throw base::JobError(text);
}

bool PostgresConnection::open() {
  if (connection_ != nullptr) return false;
  prepared_.clear();
  const char* const names[] = {"dbname",           "connect_timeout", "tcp_user_timeout",
                               "application_name", "client_encoding", nullptr};
  const char* const values[] = {url_.c_str(), "5", "10000", "terse serve", "UTF8", nullptr};
  // The url is taken apart; what it says itself comes first.
  connection_.reset(PQconnectdbParams(names, values, 1));
  if (PQstatus(connection_.get()) != CONNECTION_OK) fail(connection_problem());
  execute((reading_settings + settings_).c_str());
  return true;
}

void PostgresConnection::execute(const char* sql) {
  if (connection_ == nullptr) fail({});
  PGresult* result = PQexec(connection_.get(), sql);
  const PostgresResult owned(result);
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return;
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  fail({one_line(PQresultErrorMessage(result)), state == nullptr ? "" : state});
}

void PostgresConnection::send(const PostgresQuestion& question, std::vector<bool>& is_answer) {
  std::string& name = prepared_[question.sql];
  if (name.empty()) {
    name = "s" + std::to_string(prepared_.size());
    if (PQsendPrepare(connection_.get(), name.c_str(), question.sql, 0, nullptr) == 0) {
      fail(connection_problem());
    }
    is_answer.push_back(false);
  }
  std::vector<const char*> data;
  std::vector<int> sizes;
  std::vector<int> formats;
  for (const PostgresValue& value : question.values) {
    data.push_back(value.bytes ? value.bytes->c_str() : nullptr);
    sizes.push_back(value.bytes ? static_cast<int>(value.bytes->size()) : 0);
    formats.push_back(value.binary ? 1 : 0);
  }
  if (PQsendQueryPrepared(connection_.get(), name.c_str(), static_cast<int>(data.size()),
                          data.data(), sizes.data(), formats.data(), 0) == 0) {
    fail(connection_problem());
  }
  is_answer.push_back(true);
}

std::optional<PostgresResult> PostgresConnection::take(std::optional<Problem>& problem) {
  PGresult* result = PQgetResult(connection_.get());
  if (result == nullptr) fail(connection_problem());
  PostgresResult owned(result);
  switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
      break;
    case PGRES_PIPELINE_ABORTED:
      break;
    default:
      if (!problem) {
        const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        problem = {one_line(PQresultErrorMessage(result)), state == nullptr ? "" : state};
      }
  }
  // A null pointer ends each statement's results.
  if (PGresult* more = PQgetResult(connection_.get())) {
    PQclear(more);
    fail(connection_problem());
  }
  return owned;
}

std::vector<PostgresResult> PostgresConnection::ask_all(
    std::span<const PostgresQuestion> questions) {
  if (connection_ == nullptr) fail({});
  if (PQenterPipelineMode(connection_.get()) == 0) fail(connection_problem());
  std::vector<bool> is_answer;
  for (const PostgresQuestion& question : questions) send(question, is_answer);
  if (PQpipelineSync(connection_.get()) == 0) fail(connection_problem());
  std::vector<PostgresResult> results;
  std::optional<Problem> problem;
  for (const bool answer : is_answer) {
    auto result = take(problem);
    if (answer && result) results.push_back(std::move(*result));
  }
  { const PostgresResult sync(PQgetResult(connection_.get())); }
  if (PQexitPipelineMode(connection_.get()) == 0) fail(connection_problem());
  if (problem) {
    // Among them may be some that were not prepared after all.
    prepared_.clear();
    if (PQtransactionStatus(connection_.get()) != PQTRANS_UNKNOWN) {
      const PostgresResult ended(PQexec(connection_.get(), "ROLLBACK; DEALLOCATE ALL"));
    }
    fail(*problem);
  }
  return results;
}

PostgresResult PostgresConnection::ask(const char* sql, PostgresValues values) {
  const PostgresQuestion question{sql, std::move(values)};
  std::vector<PostgresResult> results = ask_all(std::span(&question, 1));
  return std::move(results.front());
}

}  // namespace terse::serve::store
