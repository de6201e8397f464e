#include "job.h"

#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

namespace nb = nanobind;

namespace terse::python {
namespace {

constexpr std::chrono::milliseconds look_every{100};

/// What both threads know.
struct Shared {
  std::mutex mutex;
  std::condition_variable ended;
  std::optional<train::Progress> news;  ///< since it was last looked at
  bool done = false;
  std::exception_ptr failure;
  std::atomic<bool> stop = false;
};

void work_on(Shared& shared, const std::function<void(const train::Observer&)>& work) {
  std::exception_ptr failure;
  try {
    train::Observer observer;
    observer.stop = &shared.stop;
    observer.on_step = [&](const train::Progress& progress) {
      const std::lock_guard lock(shared.mutex);
      shared.news = progress;
    };
    work(observer);
  } catch (...) {
    failure = std::current_exception();
  }
  const std::lock_guard lock(shared.mutex);
  shared.failure = failure;
  shared.done = true;
  shared.ended.notify_all();
}

// With the interpreter's lock. Throws what a handler of a signal or the caller's function raised.
void tell(const nb::object& progress, const std::optional<train::Progress>& news) {
  if (PyErr_CheckSignals() != 0) throw nb::python_error();
  if (!news || progress.is_none()) return;
  progress(news->step, news->steps, news->epoch, news->epochs, news->loss, news->temperature);
}

}  // namespace

void run_job(const nb::object& progress, const std::function<void(const train::Observer&)>& work) {
  Shared shared;
  std::exception_ptr raised;
  {
    const nb::gil_scoped_release unlocked;
    std::thread thread([&] { work_on(shared, work); });
    std::unique_lock lock(shared.mutex);
    while (!shared.done) {
      shared.ended.wait_for(lock, look_every, [&] { return shared.done; });
      const std::optional<train::Progress> news = std::exchange(shared.news, std::nullopt);
      lock.unlock();
      if (!raised) {
        const nb::gil_scoped_acquire locked;
        try {
          tell(progress, news);
        } catch (...) {
          raised = std::current_exception();
          shared.stop = true;
        }
      }
      lock.lock();
    }
    lock.unlock();
    thread.join();
  }
  if (raised) std::rethrow_exception(raised);
  if (shared.failure) std::rethrow_exception(shared.failure);
}

}  // namespace terse::python
