// Threads for what takes time or waits for the store, beside the one that reads and writes.
#pragma once

#include <functional>
#include <memory>

namespace terse::serve::http {

class WorkerThreads {
 public:
  explicit WorkerThreads(unsigned threads);
  /// Runs what was given to it, then ends.
  ~WorkerThreads();
  /// Takes turns with the others. Must not throw. Safe from any thread.
  void run(std::function<void()> task);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::serve::http
