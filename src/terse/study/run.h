// The runner of a study: does the trials that have no result yet, several at a time.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "terse/data/table.h"
#include "terse/study/journal.h"
#include "terse/study/plan.h"
#include "terse/study/stage.h"

namespace terse::study {

/// The part of every stage's trials that this process does: index 1..count of count.
struct Shard {
  unsigned index = 1;
  unsigned count = 1;
};

/// The shard of every trial, 0..count-1: the heaviest first to the lightest shard, ties by hash.
/// The same for every process.
std::vector<unsigned> shard_of_trials(const std::vector<PlannedTrial>& trials, unsigned count);

/// The progress of a study, for a view of it.
struct StudyProgress {
  std::string stage;
  std::size_t done = 0;   ///< trials of this process and stage with a result
  std::size_t total = 0;  ///< trials of this process and stage
  unsigned running = 0;
  double eta_seconds = 0;  ///< of this stage, by the cost estimate; NaN before the first result
  std::string best;        ///< the lowest loss of the data set of the last result
};

struct RunOptions {
  unsigned jobs = 1;  ///< trials at a time, one thread each
  Shard shard;
  const std::atomic<bool>* stop = nullptr;  ///< set to true: train::Interrupted
  /// Called when a trial begins or ends, by one thread at a time; may be empty.
  std::function<void(const StudyProgress&)> on_change;
};

struct RunReport {
  bool complete = false;    ///< every trial of the plan has a result
  std::size_t trained = 0;  ///< trials that this call did
};

/// Tables: those of plan.data, in order. A training that fails is kept as a failed result; other
/// exceptions end the study. Not complete: a stage waits for other shards. Throws JobError,
/// InputError, train::Interrupted; finished trials are kept in every case.
RunReport run_study(const Plan& plan, const std::vector<data::Table>& tables,
                    const Journal& journal, const RunOptions& options);

/// More thresholds a feature than those of 5 bits are only a blur over its histogram, and would
/// make a result a hundred times as long.
inline constexpr std::size_t thresholds_kept_max = 31;

/// One training and its measurement. search_seed: that of the plan, which holds rows back from the
/// search. keep_thresholds: if they are not too many. Throws what training throws.
TrialResult perform(const Trial& trial, const data::Table& table, std::uint64_t search_seed,
                    bool keep_thresholds, const std::atomic<bool>* stop);

}  // namespace terse::study
