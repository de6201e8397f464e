#include "terse/compress/rounded_network.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "compress/examples.h"
#include "terse/compress/outputs.h"
#include "terse/compress/weight_rounding.h"

namespace terse::compress {
namespace {

CodedRows some_rows(const CodedRows& all, std::size_t count) {
  CodedRows rows;
  rows.features = all.features;
  const auto size = static_cast<std::ptrdiff_t>(count);
  rows.targets.assign(all.targets.begin(), all.targets.begin() + size);
  rows.codes.assign(all.codes.begin(),
                    all.codes.begin() + size * static_cast<std::ptrdiff_t>(all.features));
  return rows;
}

double sum_of_squares(const base::Matrix& outputs, const CodedRows& rows) {
  return loss_of(outputs, rows) * double(rows.rows());
}

// Without rounding the gradients are those of the loss: finite differences.
TEST(RoundedNetwork, GradientsAreThoseOfTheLoss) {
  const Example made = example();
  FloatNetwork network = made.network();
  const CodedRows rows = some_rows(made.coded(), 40);
  const Widths widths(3, float_bits);
  RoundedNetwork rounded(network, widths, 40);
  std::vector<std::uint32_t> order(40);
  std::iota(order.begin(), order.end(), 0U);
  const base::ConstMatrixView result = rounded.forward(rows, order);
  for (std::size_t r = 0; r < 40; ++r) {
    rounded.output_gradient(40)(r, 0) = 2.0F * (result(r, 0) - rows.targets[r]);
  }
  rounded.backward(rows, order);
  for (std::size_t l = 0; l < 3; ++l) {
    for (std::size_t i = 0; i < network.weights(l).values().size(); i += 37) {
      float& weight = network.weights(l).values()[i];
      const float start = weight;
      constexpr float step = 2e-3F;
      weight = start + step;
      const double above = sum_of_squares(outputs(network, widths, {}, rows), rows);
      weight = start - step;
      const double below = sum_of_squares(outputs(network, widths, {}, rows), rows);
      weight = start;
      const double expected = (above - below) / (2.0 * double(step));
      EXPECT_NEAR(double(rounded.weight_gradient(l).values()[i]), expected,
                  0.02 * std::abs(expected) + 0.05);
    }
    float& bias = network.bias(l)[0];
    const float start = bias;
    bias = start + 1e-3F;
    const double above = sum_of_squares(outputs(network, widths, {}, rows), rows);
    bias = start - 1e-3F;
    const double below = sum_of_squares(outputs(network, widths, {}, rows), rows);
    bias = start;
    EXPECT_NEAR(double(rounded.bias_gradient(l)[0]), (above - below) / 2e-3,
                0.02 * std::abs(above - below) / 2e-3 + 0.05);
  }
}

TEST(RoundedNetwork, ActivationsAreWholeSteps) {
  const Example made = example();
  const FloatNetwork network = made.network();
  const CodedRows rows = some_rows(made.coded(), 40);
  RoundedNetwork rounded(network, {4, 4, 4}, 40);
  const std::vector<float> scales = {0.01F, 0.02F};
  rounded.set_activation_scales(scales);
  std::vector<std::uint32_t> order(40);
  std::iota(order.begin(), order.end(), 0U);
  rounded.forward(rows, order);
  for (std::size_t l = 0; l < 2; ++l) {
    const base::ConstMatrixView values = rounded.activations(l, 40);
    for (std::size_t r = 0; r < 40; ++r) {
      for (const float value : values.row(r)) {
        const float steps = value / scales[l];
        EXPECT_NEAR(steps, std::round(steps), 1e-4F);
        EXPECT_TRUE(steps >= 0.0F && steps <= 255.01F);
      }
    }
  }
}

}  // namespace
}  // namespace terse::compress
