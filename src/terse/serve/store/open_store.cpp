#include "terse/serve/store/open_store.h"

#include "terse/serve/store/postgres_store.h"
#include "terse/serve/store/sqlite_store.h"

namespace terse::serve::store {

std::unique_ptr<Store> open_store(const std::string& name) {
  if (name == "none") return nullptr;
  if (name.starts_with("postgresql://") || name.starts_with("postgres://")) {
    return std::make_unique<PostgresStore>(name);
  }
  const std::string prefix = "sqlite:";
  return std::make_unique<SqliteStore>(name.starts_with(prefix) ? name.substr(prefix.size())
                                                                : name);
}

}  // namespace terse::serve::store
