#include "terse/inference/gemm.h"

#include <gtest/gtest.h>

#include <cmath>

#include "terse/base/matrix.h"
#include "terse/base/random.h"

namespace terse::inference {
namespace {

struct Sizes {
  std::size_t rows, columns, inner;
};

// Against plain sums in double; float sums of `inner` products of unit size stay within inner *
// 1e-7.
TEST(Gemm, EqualsPlainSumsForEveryTransposition) {
  base::Random random(5);
  for (const Sizes sizes : {Sizes{1, 1, 1}, {1, 7, 3}, {5, 1, 9}, {16, 33, 20}, {70, 64, 257}}) {
    for (const bool a_transposed : {false, true}) {
      for (const bool b_transposed : {false, true}) {
        for (const float keep : {0.0F, 1.0F}) {
          constexpr std::size_t padding = 3;
          base::Matrix a(a_transposed ? sizes.inner : sizes.rows,
                         (a_transposed ? sizes.rows : sizes.inner) + padding);
          base::Matrix b(b_transposed ? sizes.columns : sizes.inner,
                         (b_transposed ? sizes.inner : sizes.columns) + padding);
          base::Matrix result(sizes.rows, sizes.columns + padding);
          for (base::Matrix* matrix : {&a, &b, &result}) {
            for (float& value : matrix->values()) value = static_cast<float>(random.normal());
          }
          const base::Matrix before = result;
          multiply(sizes.rows, sizes.columns, sizes.inner, {a.data(), a.columns(), a_transposed},
                   {b.data(), b.columns(), b_transposed}, keep, result.data(), result.columns());
          for (std::size_t r = 0; r < sizes.rows; ++r) {
            for (std::size_t c = 0; c < sizes.columns; ++c) {
              double sum = static_cast<double>(keep) * before(r, c);
              for (std::size_t i = 0; i < sizes.inner; ++i) {
                sum += static_cast<double>(a_transposed ? a(i, r) : a(r, i)) *
                       static_cast<double>(b_transposed ? b(c, i) : b(i, c));
              }
              ASSERT_NEAR(result(r, c), sum, 1e-6 + 1e-6 * static_cast<double>(sizes.inner));
            }
            for (std::size_t c = sizes.columns; c < result.columns(); ++c) {
              ASSERT_EQ(result(r, c), before(r, c)) << "the padding was written to";
            }
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace terse::inference
