// The uplinks that wait for the workers of the pipeline. Inside the serve/core room.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "terse/serve/core/gathering.h"
#include "terse/serve/core/model_registry.h"
#include "terse/serve/core/uplink.h"

namespace terse::serve::core {

/// An uplink on its way to its answer.
struct Waiting {
  Uplink uplink;
  std::function<void(const Answer&)> answered;
  std::chrono::steady_clock::time_point arrived;
  Served served = {};
  Answer answer = {};
  bool decided = false;  ///< by an external predictor
  bool settled = false;  ///< the store has it, or never will
  bool late = false;     ///< stored, but not the latest message of its device
};

/// Lanes with a worker each, and limits for all of them together. Safe from any thread.
class UplinkQueue {
 public:
  /// queue_max: uplinks that wait. device_max: of one device among them.
  UplinkQueue(std::size_t lanes, std::size_t queue_max, std::size_t device_max);

  /// False if too many wait: then `waiting` is as it was.
  bool add(std::size_t lane, Waiting& waiting);
  /// The same for several, each in its lane, before any worker can take one of them. Gives the
  /// positions of those that are as they were.
  std::vector<std::size_t> add_all(std::span<const std::size_t> lanes, std::span<Waiting> several);
  /// Up to uplinks_max, in the order of arrival, as soon as there are any; `more` are waited for
  /// from then on. None after `pause`, or when stopping.
  std::vector<Waiting> take(std::size_t lane, std::size_t uplinks_max,
                            std::optional<std::chrono::milliseconds> pause,
                            const Gathering::Wait& more = {});
  /// Nobody waits any more; what is in the queue can be taken.
  void stop();
  bool stopping() const;
  std::size_t size() const;
  /// Of one lane.
  std::size_t size(std::size_t lane) const;

 private:
  struct Lane {
    std::deque<Waiting> queue;
    std::size_t wanted = 1;  ///< its worker sleeps until so many wait
    std::condition_variable arrived;
  };

  bool add_locked(std::size_t lane, Waiting& waiting);

  std::size_t queue_max_;
  std::size_t device_max_;
  mutable std::mutex mutex_;
  std::deque<Lane> lanes_;
  std::size_t waiting_ = 0;
  std::unordered_map<std::string, std::size_t> of_device_;
  bool stopping_ = false;
};

}  // namespace terse::serve::core
