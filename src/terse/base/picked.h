// Copies of chosen rows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "terse/base/matrix.h"

namespace terse::base {

/// rows.size() x columns: row i is row rows[i] of `matrix`.
Matrix picked(ConstMatrixView matrix, std::span<const std::uint32_t> rows);
/// rows.size() numbers: number i is values[rows[i]].
std::vector<float> picked(std::span<const float> values, std::span<const std::uint32_t> rows);

}  // namespace terse::base
