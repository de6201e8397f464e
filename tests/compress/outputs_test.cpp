#include "terse/compress/outputs.h"

#include <gtest/gtest.h>

namespace terse::compress {
namespace {

// 1000 rows would do for the percentile; here it is known: activations 0..1 of one unit.
TEST(CalibratedActivations, AreThe999thOfAThousand) {
  FloatNetwork network;
  network.table = base::Matrix(200, 1);
  network.offsets = {0};
  network.table_bias = {0.0F};
  network.layers = {{base::Matrix(1, 1), {0.0F}}};
  CodedRows rows;
  rows.features = 1;
  for (int i = 0; i < 200; ++i) {
    network.table(static_cast<std::size_t>(i), 0) = static_cast<float>(i);
    rows.codes.push_back(static_cast<quantize::Code>(i));
    rows.targets.push_back(0.0F);
  }
  const auto scales = calibrated_activations(network, {float_bits, float_bits}, rows);
  EXPECT_FLOAT_EQ(scales[0], 199.0F / 255.0F);
}

}  // namespace
}  // namespace terse::compress
