// The options of a store.
#pragma once

#include <cstdint>

namespace terse::serve::store {

struct StoreOptions {
  /// Of all refusals together: payloads, names and reasons. The oldest are dropped.
  std::uint64_t quarantine_bytes = std::uint64_t{64} << 20U;
};

}  // namespace terse::serve::store
