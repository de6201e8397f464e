#include "terse/base/matrix.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace terse::base {
namespace {

TEST(Matrix, StartsWithZerosOnACacheLine) {
  for (const std::size_t columns : {1U, 3U, 17U}) {
    const Matrix matrix(5, columns);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(matrix.data()) % 64, 0U);
    for (const float value : matrix.values()) EXPECT_EQ(value, 0.0F);
    EXPECT_EQ(matrix.values().size(), 5 * columns);
  }
}

TEST(Matrix, RowsAndViewsSeeTheSameNumbers) {
  Matrix matrix(3, 4);
  for (std::size_t i = 0; i < 12; ++i) matrix.values()[i] = static_cast<float>(i);
  EXPECT_EQ(matrix(1, 2), 6.0F);
  EXPECT_EQ(matrix.row(2)[0], 8.0F);
  const ConstMatrixView whole = matrix;
  EXPECT_EQ(whole(1, 2), 6.0F);
  // Two columns from the middle, rows a whole matrix row apart.
  const MatrixView part(matrix.data() + 1, 3, 2, 4);
  part(2, 1) = 99.0F;
  EXPECT_EQ(matrix(2, 2), 99.0F);
  EXPECT_EQ(part.row(1).size(), 2U);
  const ConstMatrixView constant = part;
  EXPECT_EQ(constant(2, 1), 99.0F);
}

}  // namespace
}  // namespace terse::base
