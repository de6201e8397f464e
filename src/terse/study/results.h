// A journal with a memory, for several threads.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "terse/study/journal.h"

namespace terse::study {

/// Each result is read from the disk once. What is missing is looked for again: another process
/// may have written it.
class Results {
 public:
  explicit Results(const Journal& journal) : journal_(journal) {}

  std::optional<TrialResult> find(const Trial& trial);
  void store(const Trial& trial, const TrialResult& result);

 private:
  const Journal& journal_;
  std::mutex mutex_;
  std::unordered_map<std::string, TrialResult> known_;
};

}  // namespace terse::study
