// The store in a PostgreSQL database, which several servers may share (docs/server/servers.md).
#pragma once

#include <memory>
#include <string>

#include "terse/serve/store/store.h"

namespace terse::serve::store {

/// One transaction per write(), its rows in a few round trips. Durable as the database's
/// synchronous_commit says (on by default). A message that comes to two servers at once is stored
/// by one of them and a duplicate for the other. While the database is down every call throws, and
/// the next one connects again.
class PostgresStore : public Store {
 public:
  /// url: "postgresql://USER@HOST:PORT/DATABASE", as libpq takes it; a password is better kept in
  /// ~/.pgpass or the service file. Creates the tables if they are not there. Throws JobError.
  explicit PostgresStore(const std::string& url);
  ~PostgresStore() override;

  std::vector<Outcome> write(std::span<const Row> rows, std::span<const Refusal> refusals) override;
  std::vector<Row> recent(const std::string& device, std::size_t rows_max) override;
  std::optional<Row> latest(const std::string& device) override;
  void check() override;
  DeviceList devices(const DeviceQuery& query) override;
  std::vector<Refusal> quarantine(const QuarantineQuery& query) override;
  std::uint64_t refusals_dropped() const override;
  void for_each(const std::function<void(const Row&)>& visit) override;
  std::size_t forget(std::int64_t before_ms, std::size_t rows_max) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::serve::store
