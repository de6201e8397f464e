#include "terse/train/row_blocks.h"

#include <gtest/gtest.h>

namespace terse::train {
namespace {

TEST(RowBlocks, EveryRowOnceInItsOrder) {
  data::Table table;
  table.features = base::Matrix(3000, 2);
  for (std::size_t row = 0; row < 3000; ++row) {
    table.features(row, 0) = static_cast<float>(row);
    table.features(row, 1) = -static_cast<float>(row);
  }
  for (const std::size_t count : {0U, 1U, 1024U, 1025U, 2500U}) {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t i = 0; i < count; ++i) rows.push_back(i * 7 % 3000);
    std::vector<std::uint32_t> seen;
    for_row_blocks(table, rows, [&](std::size_t begin, base::ConstMatrixView readings) {
      ASSERT_EQ(begin, seen.size());
      ASSERT_LE(readings.rows, block_rows);
      ASSERT_EQ(readings.columns, 2U);
      for (std::size_t i = 0; i < readings.rows; ++i) {
        ASSERT_EQ(readings(i, 1), -readings(i, 0));
        seen.push_back(static_cast<std::uint32_t>(readings(i, 0)));
      }
    });
    EXPECT_EQ(seen, rows) << count;
  }
}

}  // namespace
}  // namespace terse::train
