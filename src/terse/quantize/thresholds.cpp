#include "terse/quantize/thresholds.h"

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"

namespace terse::quantize {
namespace {

/// Linear interpolation between order statistics at `position` = 0 .. size - 1. From the nearer
/// neighbour, as numpy does, so that both ends are hit exactly.
double interpolate(std::span<const float> sorted, double position) {
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double fraction = position - static_cast<double>(below);
  const double step = double{sorted[above]} - double{sorted[below]};
  return fraction < 0.5 ? sorted[below] + step * fraction : sorted[above] - step * (1 - fraction);
}

}  // namespace

void Thresholds::add_feature(std::span<const float> thresholds) {
  TERSE_CHECK(thresholds.size() < levels_max);
  values.insert(values.end(), thresholds.begin(), thresholds.end());
  offsets.push_back(static_cast<std::uint32_t>(values.size()));
}

std::vector<std::uint32_t> first_rows(std::span<const std::size_t> levels) {
  std::vector<std::uint32_t> rows;
  std::uint32_t next = 0;
  for (const std::size_t count : levels) {
    rows.push_back(next);
    next += static_cast<std::uint32_t>(count);
  }
  return rows;
}

Code code_of(float reading, std::span<const float> thresholds) {
  TERSE_CHECK(thresholds.size() < levels_max);
  Code code = 0;
  for (const float threshold : thresholds) code = static_cast<Code>(code + (reading > threshold));
  return code;
}

Thresholds thresholds_of_columns(base::ConstMatrixView rows, std::span<const std::size_t> levels,
                                 const ThresholdsOfColumn& thresholds_of) {
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
    result.add_feature(thresholds_of(feature, column, levels[feature] - 1));
  }
  return result;
}

Thresholds minmax_thresholds(base::ConstMatrixView rows, std::span<const std::size_t> levels) {
  const auto between_ends = [](std::size_t, std::span<const float> sorted, std::size_t count) {
    const double low = sorted.front();
    const double step = (sorted.back() - low) / static_cast<double>(count);
    std::vector<float> thresholds(count);
    for (std::size_t index = 0; index < count; ++index) {
      thresholds[index] = static_cast<float>(low + step * (static_cast<double>(index) + 0.5));
    }
    return thresholds;
  };
  return thresholds_of_columns(rows, levels, between_ends);
}

Thresholds quantile_thresholds(base::ConstMatrixView rows, std::span<const std::size_t> levels) {
  const auto at_quantiles = [](std::size_t, std::span<const float> sorted, std::size_t count) {
    const auto last = static_cast<double>(sorted.size() - 1);
    const auto cells = static_cast<double>(count + 1);
    std::vector<float> thresholds(count);
    for (std::size_t index = 0; index < count; ++index) {
      const double share = static_cast<double>(index + 1) / cells;
      thresholds[index] = static_cast<float>(interpolate(sorted, last * share));
    }
    return thresholds;
  };
  return thresholds_of_columns(rows, levels, at_quantiles);
}

std::vector<float> midpoints(std::span<const float> sorted_thresholds, float low, float high) {
  const std::size_t count = sorted_thresholds.size();
  TERSE_CHECK(std::is_sorted(sorted_thresholds.begin(), sorted_thresholds.end()));
  std::vector<double> edges(sorted_thresholds.begin(), sorted_thresholds.end());
  if (count < 2) {
    // With no threshold at all the one cell reaches from the lowest to the highest reading.
    edges.insert(edges.begin(), low);
    edges.push_back(high);
  } else {
    const double first_gap = edges[1] - edges[0];
    const double last_gap = edges[count - 1] - edges[count - 2];
    edges.insert(edges.begin(), edges.front() - first_gap);
    edges.push_back(edges.back() + last_gap);
  }
  std::vector<float> values(count + 1);
  for (std::size_t code = 0; code <= count; ++code) {
    values[code] = static_cast<float>((edges[code] + edges[code + 1]) / 2);
  }
  return values;
}

}  // namespace terse::quantize
