// Thresholds halfway between the readings they part: farthest from all of them, and one for each
// interval without a reading, in which it makes no difference to training where they stand.
#pragma once

#include <span>
#include <vector>

#include "terse/base/matrix.h"
#include "terse/quantize/thresholds.h"

namespace terse::quantize {

/// The readings that differ, ascending. NaN are left out.
std::vector<float> distinct_readings(std::vector<float> readings);

/// The middle of the two neighbours among `distinct` (ascending, all different, at least one)
/// between which the threshold stands: low <= result < high. -infinity or +infinity if every / no
/// reading lies above it. The code of each of these readings stays what it was.
float midway(float threshold, std::span<const float> distinct);

/// Starting thresholds of every feature, each moved to the middle of its interval; one that parts
/// no readings goes to the nearest interval. A feature with as many intervals as thresholds gets
/// one in each. rows: rows x F.
Thresholds midway(const Thresholds& thresholds, base::ConstMatrixView rows);

/// At most the number of different readings, at least 1. levels: F.
std::vector<std::size_t> levels_in_use(std::span<const std::size_t> levels,
                                       base::ConstMatrixView rows);

}  // namespace terse::quantize
