// The store in a PostgreSQL database, which several servers may share (docs/server/servers.md).
#pragma once

#include <memory>
#include <string>

#include "terse/serve/store/store.h"
#include "terse/serve/store/store_options.h"

namespace terse::serve::store {

/// One transaction of two round trips per write(), on one of several connections, durable when
/// write() returns (synchronous_commit is on). A message that comes to two servers at once is
/// stored by one of them and a duplicate for the other. While the database is down every call
/// throws, and the next one connects again.
class PostgresStore : public Store {
 public:
  /// url: as libpq takes it, "postgresql://USER@HOST:PORT/DATABASE", or with
  /// "?host=/run/postgresql" for a socket; a password is better kept in ~/.pgpass or the service
  /// file. Creates the tables if they are not there, and brings those of an earlier version to this
  /// one. A database that is away is asked again by every call. Throws InputError if the tables are
  /// another program's or of a later version.
  explicit PostgresStore(const std::string& url, const StoreOptions& options = {});
  ~PostgresStore() override;

  std::vector<Outcome> write(std::span<const Row> rows, std::span<Refusal> refusals) override;
  std::size_t writers() const override;
  std::size_t writer_of(std::string_view device) const override;
  std::vector<Row> recent(const std::string& device, std::size_t rows_max) override;
  std::optional<Row> latest(const std::string& device) override;
  void check() override;
  DeviceList devices(const DeviceQuery& query) override;
  std::vector<std::string> proven_devices() override;
  std::vector<Refusal> quarantine(const QuarantineQuery& query) override;
  std::uint64_t refusals_dropped() const override;
  void for_each(const std::function<void(const Row&)>& visit) override;
  std::size_t forget(std::int64_t before_ms, std::size_t rows_max) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::serve::store
