// The cost of fewer levels: for every feature, the measured rise of the loss if only that feature
// had fewer levels than now.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "terse/allocate/level_table.h"
#include "terse/allocate/merged_levels.h"
#include "terse/allocate/task.h"
#include "terse/base/matrix.h"

namespace terse::allocate {

/// One feature with fewer levels.
struct Merge {
  std::size_t levels = 1;  ///< after the merge
  LevelGroups groups;      ///< which old level becomes which
  double loss_rise = 0.0;  ///< measured mean loss after - before; may be negative
  double shift = 0.0;      ///< mean of Task::shift
};

/// Rows on which merges are measured.
struct MeasuredRows {
  base::ConstMatrixView inputs;  ///< as the trainer takes them: F standardised, then special levels
  std::span<const float> targets;
  std::span<const float> weights = {};  ///< that losses are multiplied by; empty: 1 each
};

/// For every feature the merges to fewer levels, most levels first: all counts down to 1 if the
/// feature has at most nine, else a ladder of about eight a halving. Tables of the same levels give
/// the same counts. Which levels merge is decided by Ward's criterion in the metric of the
/// prediction: two levels cost n_a n_b / (n_a + n_b) times the squared difference of their rows,
/// each unit weighted by the mean squared derivative of the outputs to it (Ward 1963; the weights
/// are a Gauss-Newton approximation). Between thresholds neighbours merge; of categories those
/// merge that cost least, into one level for any other; at least one stays, or the feature goes.
/// Losses are measured on these rows, exactly.
std::vector<std::vector<Merge>> merge_costs(const Task& task, const LevelTable& table,
                                            const MeasuredRows& rows);

/// Mean weighted loss of the hard codes' predictions.
double loss_of(const Task& task, const LevelTable& table, const MeasuredRows& rows);
/// The weighted loss of each row.
std::vector<double> losses_of(const Task& task, const LevelTable& table, const MeasuredRows& rows);

}  // namespace terse::allocate
