// The way of predictions from the pipeline's worker to a front end whose peers observe them: of
// each observed resource the newest state, whatever came between.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "terse/serve/core/wakeup.h"
#include "terse/serve/store/store.h"

namespace terse::serve::core {

/// Resources are "d/DEVICE", the last message of a device, and "m/MODEL", the last of a model. Safe
/// from any thread; holds at most one state per observed resource and one per model.
class PredictionWatch {
 public:
  using State = std::shared_ptr<const store::Row>;

  /// wakeup: called when there is something to take.
  explicit PredictionWatch(std::shared_ptr<Wakeup> wakeup) : wakeup_(std::move(wakeup)) {}

  void watch(const std::string& resource);
  void forget(const std::string& resource);
  /// Messages that were stored just now, in the order of arrival.
  void put(std::span<const store::Row* const> rows);
  /// What changed since it was called last.
  std::unordered_map<std::string, State> take();
  /// Null if none has come since the server was started.
  State latest_of_model(const std::string& model) const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<Wakeup> wakeup_;
  std::unordered_set<std::string> watched_;
  std::unordered_map<std::string, State> changed_;
  std::unordered_map<std::string, State> of_model_;
};

/// Those that are alive. Safe from any thread.
class PredictionWatches {
 public:
  void add(const std::shared_ptr<PredictionWatch>& watch);
  bool empty() const;
  void put(std::span<const store::Row* const> rows) const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::weak_ptr<PredictionWatch>> watches_;
};

}  // namespace terse::serve::core
