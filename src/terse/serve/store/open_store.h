// The store of a name, as `terse serve --store` and `terse replay` take it.
#pragma once

#include <memory>
#include <string>

#include "terse/serve/store/store.h"

namespace terse::serve::store {

/// "postgresql://...", "[sqlite:]FILE" (made if it is not there), or "none": null. Throws
/// InputError or JobError if it cannot be opened.
std::unique_ptr<Store> open_store(const std::string& name);

}  // namespace terse::serve::store
