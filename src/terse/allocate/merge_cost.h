// What fewer levels would cost: for every feature, the measured rise of the loss if only that
// feature had fewer levels than now.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "terse/allocate/level_table.h"
#include "terse/matrix.h"

namespace terse::allocate {

/// One feature with fewer levels.
struct Merge {
  std::size_t levels = 1;  ///< after the merge
  LevelGroups groups;      ///< which old level becomes which
  double loss_rise = 0.0;  ///< measured mean squared error after - before; may be negative
  double shift = 0.0;      ///< mean squared change of the prediction
};

/// For every feature the merges to fewer levels, most levels first: all counts down to 1 if the
/// feature has at most eight, else a ladder of about eight. Which levels merge is decided by Ward's
/// criterion in the metric of the prediction: levels k and k + 1 cost n_k n_(k+1) / (n_k + n_(k+1))
/// times the squared difference of their rows, each unit weighted by the mean squared derivative of
/// the prediction to it (Ward 1963; the weights are a Gauss-Newton approximation).
///
/// inputs: R x F standardised; targets: R. Losses are measured on these rows, exactly.
std::vector<std::vector<Merge>> merge_costs(const LevelTable& table, ConstMatrixView inputs,
                                            std::span<const float> targets);

/// Mean squared error of the hard codes' predictions.
double loss_of(const LevelTable& table, ConstMatrixView inputs, std::span<const float> targets);

}  // namespace terse::allocate
