#include "terse/serve/store/retention.h"

#include <condition_variable>
#include <ctime>
#include <mutex>
#include <thread>

#include "terse/base/error.h"
#include "terse/serve/store/steady_date.h"

namespace terse::serve::store {
namespace {

std::int64_t milliseconds_of(clockid_t clock) {
  struct timespec time = {};
  clock_gettime(clock, &time);
  return std::int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
}

}  // namespace

struct Retention::State {
  static constexpr std::size_t rows_at_once = 2000;

  /// True if there may be more to forget.
  bool forget_some();
  void loop();

  Store* store = nullptr;
  std::chrono::milliseconds kept{0};
  SteadyDate date;
  std::mutex mutex;
  std::condition_variable stopped;
  bool stopping = false;
  std::thread thread;
};

bool Retention::State::forget_some() {
  const std::int64_t now =
      date.now_ms(milliseconds_of(CLOCK_REALTIME), milliseconds_of(CLOCK_BOOTTIME));
  try {
    return store->forget(now - kept.count(), rows_at_once) == rows_at_once;
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
