// Fewer levels: those of one feature that become one level, and the network that results. What
// remains can be trained further.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "terse/allocate/level_table.h"
#include "terse/base/matrix.h"

namespace terse::allocate {

/// The new level of each old level of one feature, numbered without gaps. Of levels between
/// thresholds only neighbours may merge, of the special ones only categories, into "any other",
/// which is then the last but "missing". All levels 0: the feature is no longer sent.
using LevelGroups = std::vector<std::size_t>;

/// The mean of some rows of a table, weighted by how often they occur; equally if none does.
struct MeanRow {
  MeanRow(const LevelTable& table, std::span<const std::size_t> rows,
          std::span<const std::size_t> counts);

  std::vector<double> values;
  double count = 0.0;
};

/// Merges levels. counts: training rows per level, one number per row of table.rows: a merged
/// level's row is the mean of its levels' rows, weighted by how often they occur (equal weights
/// where none occurs). groups: one per feature.
LevelTable merged(const LevelTable& table, std::span<const LevelGroups> groups,
                  std::span<const std::size_t> counts);

/// The special levels in rows of inputs after the merge: rows x (F + special levels), from the
/// inputs before.
base::Matrix merged_inputs(const LevelTable& table, std::span<const LevelGroups> groups,
                           base::ConstMatrixView inputs);

}  // namespace terse::allocate
