#include "terse/serve/store/retention.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "terse/base/error.h"

namespace terse::serve::store {

struct Retention::State {
  static constexpr std::size_t rows_at_once = 2000;

  /// True if there may be more to forget.
  bool forget_some();
  void loop();

  Store* store = nullptr;
  std::chrono::hours kept{0};
  std::mutex mutex;
  std::condition_variable stopped;
  bool stopping = false;
  std::thread thread;
};

bool Retention::State::forget_some() {
  using std::chrono::milliseconds;
  const auto before = std::chrono::system_clock::now().time_since_epoch() - kept;
  try {
    return store->forget(std::chrono::duration_cast<milliseconds>(before).count(), rows_at_once) ==
           rows_at_once;
  } catch (const base::JobError&) {
    // The pipeline says what is wrong with the store; forgetting can wait.
    return false;
  }
}

void Retention::State::loop() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    lock.unlock();
    const bool more = forget_some();
    lock.lock();
    const std::chrono::milliseconds pause =
        more ? std::chrono::milliseconds(50) : std::chrono::minutes(1);
    stopped.wait_for(lock, pause, [&] { return stopping; });
  }
}

Retention::Retention(Store& store, std::chrono::hours kept) : state_(std::make_unique<State>()) {
  state_->store = &store;
  state_->kept = kept;
  state_->thread = std::thread([state = state_.get()] { state->loop(); });
}

Retention::~Retention() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->stopped.notify_one();
  state_->thread.join();
}

}  // namespace terse::serve::store
