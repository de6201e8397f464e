// A mailbox in which other threads leave things for a thread that sleeps in poll().
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "terse/serve/core/wakeup.h"

namespace terse::serve::core {

/// Shared (std::shared_ptr) with everybody who may still leave something, so that it is there after
/// its reader has gone. Safe from any thread.
template <typename Letter>
class Mailbox {
 public:
  /// wakeup: of the thread that calls take() after each Wakeup::clear().
  explicit Mailbox(std::shared_ptr<Wakeup> wakeup) : wakeup_(std::move(wakeup)) {}

  void leave(Letter letter) {
    const std::lock_guard lock(mutex_);
    letters_.push_back(std::move(letter));
    // The wakeup was called for an earlier one, which has not been taken yet.
    if (letters_.size() == 1) wakeup_->call();
  }
  /// In the order in which they were left.
  std::vector<Letter> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(letters_, {});
  }

 private:
  std::shared_ptr<Wakeup> wakeup_;
  std::mutex mutex_;
  std::vector<Letter> letters_;
};

}  // namespace terse::serve::core
