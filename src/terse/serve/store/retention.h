// Retention: old messages are deleted while the server runs.
#pragma once

#include <chrono>
#include <memory>

#include "terse/serve/store/store.h"

namespace terse::serve::store {

/// Looks once a minute from a thread of its own, and deletes in small steps, between which messages
/// are stored.
class Retention {
 public:
  /// store must outlive it.
  Retention(Store& store, std::chrono::hours kept);
  ~Retention();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::serve::store
