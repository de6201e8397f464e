#include "terse/compress/outputs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "terse/compress/weight_rounding.h"

namespace terse::compress {
namespace {

CodedRows with_targets(std::vector<float> targets) {
  CodedRows rows;
  rows.targets = std::move(targets);
  return rows;
}

// Errors 1 and -3: squares 1 and 9, of the mean the derivatives are the errors themselves.
TEST(LossAndGradient, OfNumbers) {
  base::Matrix outputs(2, 1);
  outputs(0, 0) = 3.0F;
  outputs(1, 0) = 4.0F;
  base::Matrix gradient(2, 1);
  const std::vector<std::uint32_t> indices = {2, 0};
  const CodedRows rows = with_targets({7.0F, 100.0F, 2.0F});
  EXPECT_DOUBLE_EQ(loss_and_gradient(outputs, rows, indices, gradient), 10.0);
  EXPECT_FLOAT_EQ(gradient(0, 0), 1.0F);
  EXPECT_FLOAT_EQ(gradient(1, 0), -3.0F);
  EXPECT_EQ(losses_of(outputs, with_targets({2.0F, 7.0F})), (std::vector<double>{1.0, 9.0}));
  EXPECT_DOUBLE_EQ(loss_of(outputs, with_targets({2.0F, 7.0F})), 5.0);
}

// Scores 0 and log 3: probabilities 1/4 and 3/4.
TEST(LossAndGradient, OfClasses) {
  base::Matrix outputs(2, 2);
  for (std::size_t r = 0; r < 2; ++r) outputs(r, 1) = std::log(3.0F);
  base::Matrix gradient(2, 2);
  const std::vector<std::uint32_t> indices = {0, 1};
  CodedRows rows = with_targets({0.0F, 1.0F});
  rows.loss = inference::Loss::cross_entropy;
  EXPECT_NEAR(loss_and_gradient(outputs, rows, indices, gradient),
              std::log(4.0) + std::log(4.0 / 3.0), 1e-6);
  EXPECT_NEAR(gradient(0, 0), -0.75 / 2, 1e-6);
  EXPECT_NEAR(gradient(0, 1), 0.75 / 2, 1e-6);
  EXPECT_NEAR(gradient(1, 0), 0.25 / 2, 1e-6);
  EXPECT_NEAR(gradient(1, 1), -0.25 / 2, 1e-6);
}

// Errors 1 and -3, of which the second counts twice.
TEST(LossAndGradient, CountsRowsByTheirWeight) {
  base::Matrix outputs(2, 1);
  outputs(0, 0) = 3.0F;
  outputs(1, 0) = 4.0F;
  base::Matrix gradient(2, 1);
  const std::vector<std::uint32_t> indices = {0, 1};
  CodedRows rows = with_targets({2.0F, 7.0F});
  rows.weights = {1.0F, 2.0F};
  rows.loss = inference::Loss::absolute_error;
  EXPECT_DOUBLE_EQ(loss_and_gradient(outputs, rows, indices, gradient), 7.0);
  EXPECT_FLOAT_EQ(gradient(0, 0), 0.5F);
  EXPECT_FLOAT_EQ(gradient(1, 0), -1.0F);
  EXPECT_EQ(losses_of(outputs, rows), (std::vector<double>{1.0, 6.0}));
}

// The best output, log 2, loses nothing although the likelihood's own value there is 2 - 2 log 2.
TEST(LossesOf, AreNeverNegative) {
  base::Matrix outputs(2, 1);
  outputs(0, 0) = std::log(2.0F);
  outputs(1, 0) = std::log(4.0F);
  CodedRows rows = with_targets({2.0F, 2.0F});
  rows.loss = inference::Loss::poisson;
  const auto losses = losses_of(outputs, rows);
  EXPECT_NEAR(losses[0], 0.0, 1e-6);
  // Half the deviance of rate 4 for 2: 2 log(2 / 4) - 2 + 4.
  EXPECT_NEAR(losses[1], 2.0 - 2.0 * std::log(2.0), 1e-6);
}

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
