// The call that wakes a thread which sleeps in poll().
#pragma once

namespace terse::serve::core {

/// An eventfd. All who may still call it share it (std::shared_ptr), so that it is there after the
/// sleeper has gone. Safe from any thread.
class Wakeup {
 public:
  Wakeup();
  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  /// To be polled for POLLIN; -1 if the system gave none.
  int descriptor() const noexcept { return descriptor_; }
  /// poll() returns, now or at its next call, until clear().
  void call() noexcept;
  /// For the sleeper, before it looks for what it was called for.
  void clear() noexcept;

 private:
  int descriptor_;
};

}  // namespace terse::serve::core
