#include "terse/compress/costs.h"

#include <gtest/gtest.h>

#include "terse/compress/weight_rounding.h"

namespace terse::compress {
namespace {

// 2 features of 3 and 4 levels, 5 units, then 3, then 1.
FloatNetwork network() {
  FloatNetwork result;
  result.table = base::Matrix(7, 5);
  result.table_bias.resize(5);
  result.offsets = {0, 3};
  result.layers = {{base::Matrix(3, 5), std::vector<float>(3)},
                   {base::Matrix(1, 3), std::vector<float>(1)}};
  return result;
}

TEST(Costs, CountEveryByte) {
  // Table: 35 integers; layers: 15 and 3.
  const Costs own = costs(network(), {2, 4, 6});
  EXPECT_EQ(own.weight_bytes, 9U + 8U + 3U);
  EXPECT_EQ(own.bytes, (9U + 5 * 8 + 4) + (8U + 3 * 8 + 4) + (3U + 8));
  EXPECT_EQ(float_bytes(network()), 4U * (35 + 5 + 15 + 3 + 3 + 1));
}

TEST(Costs, FollowThePapersProxies) {
  // 10 additions, 15 and 3 products.
  const Costs own = costs(network(), {2, 4, 6});
  EXPECT_DOUBLE_EQ(own.bit_operations, 8.0 * (10 * 2 + 15 * 4 + 3 * 6));
  EXPECT_NEAR(own.energy, 0.638 + 0.056 * (10 * 2 + 15 * 4 + 3 * 6) / 28.0, 1e-12);
  EXPECT_NEAR(own.latency, 0.525 * (10 * 2 + 15 * 4 + 3 * 6) / 28.0, 1e-12);
}

}  // namespace
}  // namespace terse::compress
