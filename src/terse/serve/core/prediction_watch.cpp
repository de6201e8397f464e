#include "terse/serve/core/prediction_watch.h"

#include <utility>

namespace terse::serve::core {

void PredictionWatch::watch(const std::string& resource) {
  const std::lock_guard lock(mutex_);
  watched_.insert(resource);
}

void PredictionWatch::forget(const std::string& resource) {
  const std::lock_guard lock(mutex_);
  watched_.erase(resource);
  changed_.erase(resource);
}

void PredictionWatch::put(std::span<const store::Row* const> rows) {
  const std::lock_guard lock(mutex_);
  const bool nothing_before = changed_.empty();
  // From the newest to the oldest: a resource that was seen is settled.
  std::unordered_set<std::string> seen;
  std::unordered_set<std::string> models;
  for (auto each = rows.rbegin(); each != rows.rend(); ++each) {
    const store::Row& row = **each;
    State state;
    if (models.insert(row.model).second) {
      state = std::make_shared<const store::Row>(row);
      of_model_[row.model] = state;
      const std::string resource = "m/" + row.model;
      if (watched_.contains(resource)) changed_[resource] = state;
    }
    if (watched_.empty()) continue;
    const std::string resource = "d/" + row.device;
    if (!watched_.contains(resource) || !seen.insert(resource).second) continue;
    changed_[resource] = state != nullptr ? state : std::make_shared<const store::Row>(row);
  }
  if (nothing_before && !changed_.empty()) wakeup_->call();
}

std::unordered_map<std::string, PredictionWatch::State> PredictionWatch::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(changed_, {});
}

PredictionWatch::State PredictionWatch::latest_of_model(const std::string& model) const {
  const std::lock_guard lock(mutex_);
  const auto found = of_model_.find(model);
  return found == of_model_.end() ? nullptr : found->second;
}

void PredictionWatches::add(const std::shared_ptr<PredictionWatch>& watch) {
  const std::lock_guard lock(mutex_);
  std::erase_if(watches_, [](const auto& each) { return each.expired(); });
  watches_.push_back(watch);
}

bool PredictionWatches::empty() const {
  const std::lock_guard lock(mutex_);
  return watches_.empty();
}

void PredictionWatches::put(std::span<const store::Row* const> rows) const {
  const std::lock_guard lock(mutex_);
  for (const std::weak_ptr<PredictionWatch>& each : watches_) {
    if (const auto watch = each.lock()) watch->put(rows);
  }
}

}  // namespace terse::serve::core
