// A trained network seen as levels: per feature sorted thresholds and one row of first-layer sums
// per level. Taking a threshold away merges two levels; what remains can be trained further.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "terse/matrix.h"
#include "terse/network/parameters.h"
#include "terse/quantize/thresholds.h"

namespace terse::allocate {

/// Standardised units throughout. Feature f's level k has row offsets(f) + k of `rows`.
struct LevelTable {
  quantize::Thresholds thresholds;          ///< sorted within each feature
  Matrix rows;                              ///< sum of levels x units, first level's row zero
  std::vector<float> bias;                  ///< units
  std::vector<network::DenseLayer> layers;  ///< after the first

  std::size_t features() const { return thresholds.features(); }
  std::size_t units() const { return bias.size(); }
  /// Index into `rows` of the feature's first level.
  std::size_t first_row(std::size_t feature) const { return thresholds.offsets[feature] + feature; }
  /// Levels of every feature.
  std::vector<std::size_t> levels() const;
};

/// From a network trained with InputLayer::soft_steps or hard_steps: one input per threshold.
LevelTable level_table(const network::Parameters& parameters);

/// The reverse: thresholds and one first-layer weight per threshold, the step from level to level.
network::Parameters parameters(const LevelTable& table);

/// Which levels of one feature stay apart: groups[k] is the new level of old level k,
/// non-decreasing from 0, by at most one.
using LevelGroups = std::vector<std::size_t>;

/// Merges levels. counts: rows x training rows per level, one number per row of table.rows: a
/// merged level's row is the mean of its levels' rows, weighted by how often they occur (equal
/// weights where none occurs). groups: one per feature.
LevelTable merged(const LevelTable& table, std::span<const LevelGroups> groups,
                  std::span<const std::size_t> counts);

/// How many of these rows (R x F, standardised) fall on each level: one number per row of
/// table.rows.
std::vector<std::size_t> level_counts(const LevelTable& table,
                                      std::span<const quantize::Code> codes);

/// Codes of R x F standardised inputs, row-major.
std::vector<quantize::Code> codes_of(const LevelTable& table, ConstMatrixView inputs);

}  // namespace terse::allocate
