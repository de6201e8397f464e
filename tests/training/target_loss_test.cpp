#include "terse/training/target_loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "terse/base/random.h"
#include "training/reference.h"

namespace terse::training {
namespace {

constexpr std::size_t row_count = 40;

// A number by its square, three classes by weight, and a number by its absolute error.
std::vector<TargetLoss> three_targets() {
  return {{inference::Loss::squared_error, 0.5, 1, {}, 0.5},
          {inference::Loss::cross_entropy, 0.5, 3, {0.5F, 2.0F, 1.0F}, 0.2},
          {inference::Loss::quantile, 0.8, 1, {}, 0.3}};
}

// Target after target: a number, a class, a number.
std::vector<float> values_of_rows() {
  base::Random random(7);
  std::vector<float> values(3 * row_count);
  for (std::size_t r = 0; r < row_count; ++r) {
    values[r] = static_cast<float>(random.normal());
    values[row_count + r] = static_cast<float>(random.below(3));
    values[2 * row_count + r] = static_cast<float>(2.0 * random.normal());
  }
  return values;
}

// The definition: shares times (y - o)^2, -w log softmax, pinball.
double defined_loss(std::span<const double> outputs, std::span<const float> values,
                    std::size_t row) {
  const auto value = [&](std::size_t t) {
    return static_cast<double>(values[t * row_count + row]);
  };
  const double error = outputs[0] - value(0);
  double total = 0.0;
  for (std::size_t k = 1; k < 4; ++k) total += std::exp(outputs[k]);
  const auto own = static_cast<std::size_t>(value(1));
  const double weight = std::vector{0.5, 2.0, 1.0}[own];
  const double above = value(2) - outputs[4];
  return 0.5 * error * error - 0.2 * weight * std::log(std::exp(outputs[1 + own]) / total) +
         0.3 * (above > 0.0 ? 0.8 * above : -0.2 * above);
}

TEST(TargetLoss, IsTheWeightedSumOfTheDefinitions) {
  const std::vector<float> values = values_of_rows();
  const std::vector<TargetLoss> targets = three_targets();
  EXPECT_EQ(output_count(targets), 5U);
  base::Random random(8);
  for (std::size_t row = 0; row < row_count; ++row) {
    std::vector<float> outputs(5);
    for (float& output : outputs) output = static_cast<float>(random.normal());
    std::vector<double> exact(outputs.begin(), outputs.end());
    std::vector<float> gradient(5);
    const double loss = joint_loss(targets, outputs, values, row, 0.25, gradient);
    EXPECT_NEAR(loss, defined_loss(exact, values, row), 1e-6);
    for (std::size_t k = 0; k < 5; ++k) {
      const double slope =
          reference::central_difference(exact[k], [&] { return defined_loss(exact, values, row); });
      EXPECT_NEAR(gradient[k], 0.25 * slope, 1e-6) << k;
    }
  }
}

TEST(TargetLoss, GradientsOfANetworkEqualCentralDifferences) {
  constexpr double bound = 2e-5;
  base::Random random(3);
  base::Matrix inputs(row_count, 2);
  for (float& value : inputs.values()) value = static_cast<float>(random.normal());
  quantize::Thresholds thresholds;
  for (int f = 0; f < 2; ++f) {
    std::vector<float> own(3);
    for (float& value : own) value = static_cast<float>(random.normal());
    thresholds.add_feature(own);
  }
  const std::vector<float> values = values_of_rows();
  std::vector<float> weights(row_count);
  for (float& weight : weights) weight = static_cast<float>(0.5 + random.uniform());
  std::vector<std::uint32_t> rows(row_count);
  std::iota(rows.begin(), rows.end(), 0U);
  TrainerOptions options;
  options.input = InputLayer::soft_steps;
  options.hidden = {9, 6};
  options.threads = 2;
  options.targets = three_targets();
  Trainer trainer(options, inputs, values, thresholds, weights);
  double loss = 0.0;
  const Gradients gradients = trainer.gradients(rows, 0.3F, &loss);
  reference::Network network(options.input, trainer.parameters());
  ASSERT_EQ(network.layers.back().outputs, 5U);
  const auto defined = [&] {
    double sum = 0.0;
    for (const std::uint32_t row : rows) {
      const std::vector<double> outputs = network.outputs(inputs.row(row), 0.3F);
      sum += static_cast<double>(weights[row]) * defined_loss(outputs, values, row);
    }
    return sum / static_cast<double>(rows.size());
  };
  EXPECT_NEAR(loss, defined(), 1e-6);
  double largest = 0.0;
  std::vector<double> expected;
  std::vector<float> computed;
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    auto& layer = network.layers[l];
    for (double& one : layer.weights) {
      expected.push_back(reference::central_difference(one, defined));
    }
    for (double& one : layer.bias) expected.push_back(reference::central_difference(one, defined));
    const auto own = gradients.layers[l].weights.values();
    computed.insert(computed.end(), own.begin(), own.end());
    computed.insert(computed.end(), gradients.layers[l].bias.begin(),
                    gradients.layers[l].bias.end());
  }
  for (double& one : network.thresholds) {
    expected.push_back(reference::central_difference(one, defined));
  }
  computed.insert(computed.end(), gradients.thresholds.begin(), gradients.thresholds.end());
  ASSERT_EQ(computed.size(), expected.size());
  for (const double one : expected) largest = std::max(largest, std::abs(one));
  ASSERT_GT(largest, 0.01);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    ASSERT_NEAR(computed[i], expected[i], bound * largest) << i;
  }
}

}  // namespace
}  // namespace terse::training
