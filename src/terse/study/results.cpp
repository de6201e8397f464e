#include "terse/study/results.h"

namespace terse::study {

std::optional<TrialResult> Results::find(const Trial& trial) {
  const std::string hash = trial_hash(trial);
  const std::lock_guard lock(mutex_);
  if (const auto known = known_.find(hash); known != known_.end()) return known->second;
  auto result = journal_.find(trial);
  if (result) known_.emplace(hash, *result);
  return result;
}

void Results::store(const Trial& trial, const TrialResult& result) {
  journal_.store(trial, result);
  const std::lock_guard lock(mutex_);
  known_.insert_or_assign(trial_hash(trial), result);
}

}  // namespace terse::study
