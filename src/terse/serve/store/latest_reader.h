// A reader that asks the store for the last message of a device without keeping a front end
// waiting. Inside the serve room.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "terse/serve/store/store.h"

namespace terse::serve::store {

/// One thread.
class LatestReader {
 public:
  /// row: null if no message came from the device. problem: why the store cannot answer, or empty.
  using Found = std::function<void(std::shared_ptr<const Row> row, const std::string& problem)>;

  /// store must outlive it. waiting_max: questions; more are not taken.
  explicit LatestReader(Store& store, std::size_t waiting_max = 1000);
  /// Drops the questions that wait.
  ~LatestReader();

  /// False if too many wait. `found` is called once, from the thread; it must not block or throw.
  bool ask(const std::string& device, Found found);

 private:
  void work();

  Store& store_;
  std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::pair<std::string, Found>> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace terse::serve::store
