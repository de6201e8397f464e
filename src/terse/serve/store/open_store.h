// The store of a name, as `terse serve --store` and `terse replay` take it.
#pragma once

#include <memory>
#include <string>

#include "terse/serve/store/store.h"
#include "terse/serve/store/store_options.h"

namespace terse::serve::store {

/// "postgresql://...", "[sqlite:]FILE" (made if it is not there), or "none": null. Throws
/// InputError or JobError if it cannot be opened; a PostgreSQL that is away makes the store's
/// functions throw until it is there.
std::unique_ptr<Store> open_store(const std::string& name, const StoreOptions& options = {});

}  // namespace terse::serve::store
