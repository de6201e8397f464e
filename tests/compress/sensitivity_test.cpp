#include "terse/compress/sensitivity.h"

#include <gtest/gtest.h>

#include <cmath>

#include "compress/examples.h"
#include "terse/compress/outputs.h"
#include "terse/compress/weight_rounding.h"

namespace terse::compress {
namespace {

TEST(Sensitivity, IsTheChangeOfThePrediction) {
  const Example made = example();
  const CodedRows rows = made.coded();
  const FloatNetwork network = made.network();
  const auto own = sensitivities(network, rows);
  ASSERT_EQ(own.size(), 3U);
  // Layer 1 at 4 bits, by hand.
  FloatNetwork rounded = network;
  round_weights(network.weights(1), false, 4, channel_scales(network.weights(1), false, 4),
                rounded.weights(1));
  const Widths all_float(3, float_bits);
  const base::Matrix before = outputs(network, all_float, {}, rows);
  const base::Matrix after = outputs(rounded, all_float, {}, rows);
  double expected = 0.0;
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    expected += std::pow(double(before(r, 0)) - double(after(r, 0)), 2) / double(rows.rows());
  }
  EXPECT_NEAR(own[1][1], expected, 1e-6 * expected);
  for (const auto& layer : own) {
    for (std::size_t w = 1; w < layer.size(); ++w) EXPECT_LT(layer[w], layer[w - 1]);
  }
}

TEST(PredictionChange, OfClassesIsTheDivergenceOfProbabilities) {
  base::Matrix before(1, 2);
  base::Matrix after(1, 2);
  before(0, 0) = std::log(3.0F);
  after(0, 1) = std::log(3.0F);
  // 3/4 ln 3 - 1/4 ln 3
  EXPECT_NEAR(prediction_change(before, after, true), 0.5 * std::log(3.0), 1e-6);
  EXPECT_NEAR(prediction_change(before, before, true), 0.0, 1e-9);
}

}  // namespace
}  // namespace terse::compress
