// A plan that takes no time to train.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "terse/data/fried.h"
#include "terse/study/plan.h"
#include "terse/study/stage.h"

namespace terse::study {

inline data::Table small_table(std::uint64_t rows = 120) {
  return data::select(data::fried(rows, 0), {.target = "y"});
}

inline Plan small_plan() {
  Plan plan;
  plan.data = {planned_data("fried", "fried:120", small_table())};
  plan.methods = {quantize::Method::fp, quantize::Method::bw_sq};
  plan.bits = {2, 3};
  plan.splits = 2;
  plan.folds = 2;
  plan.base.hidden = {4};
  plan.base.epochs = 2;
  return plan;
}

/// Results in memory, in place of a journal.
class ResultsInMemory {
 public:
  FindResult find() {
    return [this](const Trial& trial) -> std::optional<TrialResult> {
      const auto found = results_.find(trial_hash(trial));
      if (found == results_.end()) return std::nullopt;
      return found->second;
    };
  }
  void set(const Trial& trial, double loss) {
    TrialResult result;
    result.metrics = {{"mse", loss}};
    result.payload_bits = 10.0 * trial.options.bits;
    result.compression = 32.0 / trial.options.bits;
    results_[trial_hash(trial)] = result;
  }
  void fail(const Trial& trial) {
    TrialResult failed;
    failed.error = "diverged";
    results_[trial_hash(trial)] = failed;
  }

 private:
  std::map<std::string, TrialResult> results_;
};

}  // namespace terse::study
