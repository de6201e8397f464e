// The evidence of the validation folds: each point of a curve held against full precision.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "terse/allocate/allocate.h"
#include "terse/stats/non_inferiority.h"

namespace terse::allocate {

/// One comparison per point, over the folds' mean losses, with a margin of `share` times the loss
/// of full precision. The verdicts hold together for all budgets of the curve (stats::compare_all),
/// those it has not reached included: it may end where they look bad. Of a single fold nothing is
/// shown. The curve has a reference.
std::vector<stats::Comparison> evidence(const Curve& curve, double share);

/// The last point, of the smallest message, that is shown to be as good; nothing if none is.
std::optional<std::size_t> smallest_as_good(std::span<const stats::Comparison> evidence);

/// Behind smallest_as_good(), the last point of which nothing is shown yet and whose mean loss is
/// within the margin; without such a one, the first of which nothing is shown. Nothing if all are
/// told.
std::optional<std::size_t> smallest_open(std::span<const stats::Comparison> evidence);

}  // namespace terse::allocate
