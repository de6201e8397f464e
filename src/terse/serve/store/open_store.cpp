#include "terse/serve/store/open_store.h"

#include "terse/serve/store/postgres_store.h"
#include "terse/serve/store/sqlite_store.h"

namespace terse::serve::store {

std::unique_ptr<Store> open_store(const std::string& name, const StoreOptions& options) {
  if (name == "none") return nullptr;
  if (name.starts_with("postgresql://") || name.starts_with("postgres://")) {
    return std::make_unique<PostgresStore>(name, options);
  }
  const std::string prefix = "sqlite:";
  const bool prefixed = name.starts_with(prefix);
  return std::make_unique<SqliteStore>(prefixed ? name.substr(prefix.size()) : name, options);
}

}  // namespace terse::serve::store
