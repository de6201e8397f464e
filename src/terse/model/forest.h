// The sums of forests on a device, in integers, the same bits wherever they run
// (docs/model-format.md has its arithmetic). Inside the model room.
#pragma once

#include <cstdint>
#include <string>

#include "terse/base/matrix.h"
#include "terse/model/model.h"

namespace terse::model {

inline constexpr std::size_t forest_inputs_max = 256;
inline constexpr std::size_t forest_depth_max = 8;
/// Sums stay below 2^20: whole numbers of float32.
inline constexpr std::size_t forest_trees_max = 4096;
/// Rows that are worth computing at once: their inputs stay in the cache.
inline constexpr std::size_t forest_rows = 256;

/// A reading on the scale of the trees.
std::int16_t forest_input(const ForestInput& input, float reading);

/// The sum of one leaf of each tree. inputs: as forest_input() gives them.
std::int32_t forest_sum(const Forest& forest, std::span<const std::int16_t> inputs);

/// readings: at most forest_rows x R; sums: rows x 1, whole numbers. Equal to forest_sum().
void add_forest_sums(const Forest& forest, base::ConstMatrixView readings, base::MatrixView sums);

/// What is wrong with the sizes and numbers of a forest on this many readings, or nothing.
std::string forest_problem(const Forest& forest, std::size_t readings);

/// Bytes of flash that its tables take on a device: a node 3, a leaf 1, an input 8.
std::size_t forest_table_bytes(const Forest& forest);

}  // namespace terse::model
