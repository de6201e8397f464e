#include "terse/serve/core/uplink_queue.h"

#include <algorithm>

namespace terse::serve::core {

UplinkQueue::UplinkQueue(std::size_t lanes, std::size_t queue_max, std::size_t device_max)
    : queue_max_(queue_max), device_max_(device_max), lanes_(lanes) {}

bool UplinkQueue::add(std::size_t lane, Waiting& waiting) {
  const std::lock_guard lock(mutex_);
  return add_locked(lane, waiting);
}

std::vector<std::size_t> UplinkQueue::add_all(std::span<const std::size_t> lanes,
                                              std::span<Waiting> several) {
  std::vector<std::size_t> too_many;
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < several.size(); ++i) {
    if (!add_locked(lanes[i], several[i])) too_many.push_back(i);
  }
  return too_many;
}

bool UplinkQueue::add_locked(std::size_t lane, Waiting& waiting) {
  if (waiting_ >= queue_max_) return false;
  const auto count = of_device_.try_emplace(waiting.uplink.device, 0).first;
  if (count->second >= device_max_) return false;
  ++count->second;
  ++waiting_;
  Lane& own = lanes_[lane];
  own.queue.push_back(std::move(waiting));
  if (own.queue.size() >= own.wanted) own.arrived.notify_one();
  return true;
}

std::vector<Waiting> UplinkQueue::take(std::size_t lane, std::size_t uplinks_max,
                                       std::optional<std::chrono::milliseconds> pause,
                                       const Gathering::Wait& more) {
  std::unique_lock lock(mutex_);
  auto& queue = lanes_[lane].queue;
  auto& arrived = lanes_[lane].arrived;
  const auto ready = [&] { return stopping_ || !queue.empty(); };
  if (pause) {
    arrived.wait_for(lock, *pause, ready);
  } else {
    arrived.wait(lock, ready);
  }
  const std::size_t enough = std::min(more.uplinks, uplinks_max);
  if (!queue.empty() && queue.size() < enough) {
    lanes_[lane].wanted = enough;
    arrived.wait_for(lock, more.at_most, [&] { return stopping_ || queue.size() >= enough; });
    lanes_[lane].wanted = 1;
  }
  std::vector<Waiting> batch;
  while (!queue.empty() && batch.size() < uplinks_max) {
    const auto count = of_device_.find(queue.front().uplink.device);
    if (--count->second == 0) of_device_.erase(count);
    batch.push_back(std::move(queue.front()));
    queue.pop_front();
  }
  waiting_ -= batch.size();
  return batch;
}

void UplinkQueue::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  for (Lane& lane : lanes_) lane.arrived.notify_all();
}

bool UplinkQueue::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

std::size_t UplinkQueue::size() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

std::size_t UplinkQueue::size(std::size_t lane) const {
  const std::lock_guard lock(mutex_);
  return lanes_[lane].queue.size();
}

}  // namespace terse::serve::core
