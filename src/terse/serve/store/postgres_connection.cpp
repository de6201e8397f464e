#include "terse/serve/store/postgres_connection.h"

#include <charconv>
#include <cstring>

#include "terse/base/error.h"
#include "terse/text/hex.h"

namespace terse::serve::store {
namespace {

// Results are read after this many statements, before either side's buffers are full: then both
// would wait for each other.
constexpr std::size_t statements_at_once = 256;

constexpr const char* session_settings =
    "SET client_min_messages = warning; SET statement_timeout = '10s'; SET lock_timeout = '5s'; "
    "SET extra_float_digits = 1; SET bytea_output = 'hex'";

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

bool good(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

}  // namespace

std::int64_t PostgresResult::changed() const {
  return number_of<std::int64_t>(PQcmdTuples(result_.get()));
}

std::int64_t PostgresResult::integer(int row, int column) const {
  return number_of<std::int64_t>(text(row, column));
}

float PostgresResult::number(int row, int column) const {
  return number_of<float>(text(row, column));
}

std::vector<std::uint8_t> PostgresResult::bytes(int row, int column) const {
  const std::string hex = text(row, column);
  const auto bytes = text::from_hex(std::string_view(hex).substr(hex.starts_with("\\x") ? 2 : 0));
  return bytes ? *bytes : std::vector<std::uint8_t>();
}

void PostgresConnection::fail() {
  const std::string reason = one_line(PQerrorMessage(connection_.get()));
  connection_.reset();
  throw base::JobError("the store refuses: " +
                       (reason.empty() ? "the connection is lost" : reason));
}

void PostgresConnection::open() {
  if (connection_ != nullptr) return;
  const char* const names[] = {"dbname",           "connect_timeout", "tcp_user_timeout",
                               "application_name", "client_encoding", nullptr};
  const char* const values[] = {url_.c_str(), "5", "10000", "terse serve", "UTF8", nullptr};
  // The url is taken apart; what it says itself comes first.
  connection_.reset(PQconnectdbParams(names, values, 1));
  if (PQstatus(connection_.get()) != CONNECTION_OK) fail();
  const PostgresResult settings(PQexec(connection_.get(), session_settings));
  if (PQstatus(connection_.get()) != CONNECTION_OK) fail();
}

void PostgresConnection::send(const char* sql, const PostgresValues& values) {
  std::vector<const char*> data;
  std::vector<int> sizes;
  std::vector<int> formats;
  for (const PostgresValue& value : values) {
    data.push_back(value.bytes ? value.bytes->c_str() : nullptr);
    sizes.push_back(value.bytes ? static_cast<int>(value.bytes->size()) : 0);
    formats.push_back(value.binary ? 1 : 0);
  }
  if (PQsendQueryParams(connection_.get(), sql, static_cast<int>(values.size()), nullptr,
                        data.data(), sizes.data(), formats.data(), 0) == 0) {
    fail();
  }
}

PostgresResult PostgresConnection::ask(const char* sql, const PostgresValues& values) {
  if (connection_ == nullptr) throw base::JobError("the store refuses: the connection is lost");
  send(sql, values);
  PGresult* result = PQgetResult(connection_.get());
  PostgresResult owned(result);
  if (!good(result)) fail();
  while (PGresult* more = PQgetResult(connection_.get())) PQclear(more);
  return owned;
}

std::vector<std::int64_t> PostgresConnection::for_all(const char* sql,
                                                      const std::vector<PostgresValues>& values) {
  std::vector<std::int64_t> changed;
  if (PQenterPipelineMode(connection_.get()) == 0) fail();
  for (std::size_t begin = 0; begin < values.size(); begin += statements_at_once) {
    const std::size_t end = std::min(values.size(), begin + statements_at_once);
    for (std::size_t i = begin; i < end; ++i) send(sql, values[i]);
    if (PQpipelineSync(connection_.get()) == 0) fail();
    for (std::size_t i = begin; i < end; ++i) {
      PGresult* result = PQgetResult(connection_.get());
      const PostgresResult owned(result);
      if (!good(result)) fail();
      changed.push_back(owned.changed());
      // A null pointer ends each statement's results.
      if (PGresult* more = PQgetResult(connection_.get())) {
        PQclear(more);
        fail();
      }
    }
    const PostgresResult sync(PQgetResult(connection_.get()));
  }
  if (PQexitPipelineMode(connection_.get()) == 0) fail();
  return changed;
}

}  // namespace terse::serve::store
