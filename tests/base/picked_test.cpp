#include "terse/base/picked.h"

#include <gtest/gtest.h>

#include <array>

namespace terse::base {
namespace {

TEST(Picked, RowsInTheirNewOrderAndMoreThanOnce) {
  const std::array<float, 8> numbers{0, 1, 90, 10, 11, 91, 20, 21};
  const ConstMatrixView matrix(numbers.data(), 3, 2, 3);  // on a stride of 3
  const std::array<std::uint32_t, 4> rows{2, 0, 2, 1};
  const Matrix result = picked(matrix, rows);
  ASSERT_EQ(result.rows(), 4U);
  ASSERT_EQ(result.columns(), 2U);
  const std::vector<float> values(result.values().begin(), result.values().end());
  EXPECT_EQ(values, (std::vector<float>{20, 21, 0, 1, 20, 21, 10, 11}));
}

TEST(Picked, Values) {
  const std::array<float, 3> values{5, 6, 7};
  const std::array<std::uint32_t, 4> rows{2, 0, 2, 1};
  EXPECT_EQ(picked(values, rows), (std::vector<float>{7, 5, 7, 6}));
}

TEST(Picked, Nothing) {
  const Matrix matrix(3, 2);
  EXPECT_EQ(picked(matrix, {}).rows(), 0U);
  EXPECT_EQ(picked(matrix, {}).columns(), 2U);
  EXPECT_TRUE(picked(matrix.values(), {}).empty());
}

}  // namespace
}  // namespace terse::base
