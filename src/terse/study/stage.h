// The trainings that follow from a plan, stage after stage: rungs of the search, then the repeats
// of the winners. The next stage depends only on the results so far, so that all processes that see
// them agree.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "terse/study/plan.h"
#include "terse/study/trial.h"

namespace terse::study {

/// One training of a stage.
struct PlannedTrial {
  Trial trial;
  std::string hash;
  std::size_t cell = 0;  ///< index into cells_of(plan)
  double cost = 0;       ///< estimated_cost
  bool first_split = false;
};

/// The result of a trial, or nothing if it has not been done.
using FindResult = std::function<std::optional<TrialResult>(const Trial&)>;

/// Trainings that need nothing of each other.
struct Stage {
  std::string name;  ///< "search", "search 1/3", "final"
  std::vector<PlannedTrial> trials;
};

/// All trials of the first stage of which a result is missing, or nothing if the study is done.
std::optional<Stage> next_stage(const Plan& plan, const FindResult& find);

/// The part of a cell that the tables show.
struct FinalTrials {
  Settings settings;  ///< of the winner
  std::vector<Trial> trials;
};
/// The final trials of a cell with the settings that won, or nothing if the search is not done.
std::optional<FinalTrials> final_trials(const Plan& plan, const PlannedCell& cell,
                                        const FindResult& find);

}  // namespace terse::study
