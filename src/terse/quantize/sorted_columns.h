// Thresholds out of each feature's readings, sorted. Inside the quantize room.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "terse/base/error.h"
#include "terse/quantize/thresholds.h"

namespace terse::quantize {

/// Calls thresholds_of(sorted column, number of thresholds) for each feature. rows: at least one,
/// of finite readings.
template <typename ThresholdsOf>
Thresholds from_sorted_columns(base::ConstMatrixView rows, std::span<const std::size_t> levels,
                               ThresholdsOf thresholds_of) {
  TERSE_CHECK(rows.rows > 0 && rows.columns == levels.size());
  Thresholds result;
  std::vector<float> column(rows.rows);
  for (std::size_t feature = 0; feature < rows.columns; ++feature) {
    TERSE_CHECK(levels[feature] >= 1 && levels[feature] <= levels_max);
    for (std::size_t row = 0; row < rows.rows; ++row) {
      column[row] = rows(row, feature);
      TERSE_CHECK(std::isfinite(column[row]));
    }
    std::sort(column.begin(), column.end());
    result.add_feature(thresholds_of(column, levels[feature] - 1));
  }
  return result;
}

}  // namespace terse::quantize
