#include "terse/cli/serve_store.h"

#include "terse/serve/store/postgres_store.h"
#include "terse/serve/store/sqlite_store.h"

namespace terse::cli {

std::unique_ptr<serve::store::Store> open_store(const std::string& name) {
  if (name == "none") return nullptr;
  if (name.starts_with("postgresql://") || name.starts_with("postgres://")) {
    return std::make_unique<serve::store::PostgresStore>(name);
  }
  const std::string prefix = "sqlite:";
  return std::make_unique<serve::store::SqliteStore>(
      name.starts_with(prefix) ? name.substr(prefix.size()) : name);
}

}  // namespace terse::cli
