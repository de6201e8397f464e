// Thresholds of one feature where a tree that sees nothing else would split.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "terse/base/matrix.h"

namespace terse::allocate {

/// At most `levels` - 1, ascending and distinct: splits of the leaf that gains most, one after the
/// other, by squared error of the targets' means (of shares of classes: Gini's impurity). Each leaf
/// has three rows or more. readings: R, finite; targets: R x outputs; weights: R, or empty: 1 each.
std::vector<float> tree_cuts(std::span<const float> readings, base::ConstMatrixView targets,
                             std::span<const float> weights, std::size_t levels);

}  // namespace terse::allocate
