// Readings of chosen rows in blocks, so that many rows need little memory. Inside the train room.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "terse/base/matrix.h"
#include "terse/data/table.h"

namespace terse::train {

inline constexpr std::size_t block_rows = 1024;

/// Calls visit(begin, readings) for block after block: readings (a ConstMatrixView of at most
/// block_rows rows) are those of the table's rows rows[begin], rows[begin + 1] and so on.
template <typename Visit>
void for_row_blocks(const data::Table& table, std::span<const std::uint32_t> rows,
                    const Visit& visit) {
  base::Matrix readings(std::min(block_rows, rows.size()), table.features.columns());
  for (std::size_t begin = 0; begin < rows.size(); begin += block_rows) {
    const std::size_t count = std::min(block_rows, rows.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      std::ranges::copy(table.features.row(rows[begin + i]), readings.row(i).begin());
    }
    visit(begin, base::ConstMatrixView(readings.data(), count, readings.columns()));
  }
}

}  // namespace terse::train
