// The store in one SQLite file (docs/server/start.md).
#pragma once

#include <memory>
#include <string>

#include "terse/serve/store/store.h"
#include "terse/serve/store/store_options.h"

namespace terse::serve::store {

/// Write-ahead log, one transaction per write() (group commit), and synchronous = FULL: what
/// write() returned survives kill -9, and a power cut as far as the disk honours fsync. Another
/// process may read the file meanwhile. A full, read-only or locked disk makes write() throw;
/// the next call tries again. So does a file that was removed or replaced under its name, until it
/// is back: what is written to it then nobody would find.
class SqliteStore : public Store {
 public:
  /// Creates the file if it is not there, readable by its owner alone, and brings one of an earlier
  /// version to this one. Throws InputError if it is another program's or a later version's, which
  /// stays as it is, and JobError if it cannot be opened.
  explicit SqliteStore(const std::string& path, const StoreOptions& options = {});
  ~SqliteStore() override;

  std::vector<Outcome> write(std::span<const Row> rows, std::span<Refusal> refusals) override;
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
