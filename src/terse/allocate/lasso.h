// Group lasso on thresholds: the step of a feature's row of sums from one level to the next is one
// group; training shrinks its norm, and what has shrunk most goes first. Source: Yuan and Lin,
// "Model selection and estimation in regression with grouped variables", 2006; proximal steps as in
// Parikh and Boyd, "Proximal algorithms", 2014, section 6.5.4.
#pragma once

#include <vector>

#include "terse/allocate/level_table.h"
#include "terse/allocate/merge_cost.h"

namespace terse::allocate {

/// Every step's norm less `share` of the mean norm of all, but not below 0. Throws InputError for
/// features with special levels, which have no steps.
LevelTable with_shorter_steps(const LevelTable& table, double share);

/// For every feature the merges to fewer levels, most levels first: shortest steps go first, and
/// the cost (loss_rise) is the sum of their norms.
std::vector<std::vector<Merge>> step_norms(const LevelTable& table);

}  // namespace terse::allocate
