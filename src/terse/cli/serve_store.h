// The store that --store or terse replay names.
#pragma once

#include <memory>
#include <string>

#include "terse/serve/store/store.h"

namespace terse::cli {

/// "postgresql://...", "[sqlite:]FILE" (made if it is not there), or "none": null.
std::unique_ptr<serve::store::Store> open_store(const std::string& name);

}  // namespace terse::cli
