#include "terse/inference/loss.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "terse/base/random.h"
#include "training/reference.h"

namespace terse::inference {
namespace {

TEST(Loss, SoftmaxOfKnownScores) {
  // exp of logarithms: shares 1, 2, 5 of 8.
  const std::vector<float> scores = {0.0F, std::log(2.0F), std::log(5.0F)};
  std::vector<float> probabilities(3);
  softmax(scores, probabilities);
  EXPECT_NEAR(probabilities[0], 0.125, 1e-7);
  EXPECT_NEAR(probabilities[1], 0.25, 1e-7);
  EXPECT_NEAR(probabilities[2], 0.625, 1e-7);
}

TEST(Loss, HugeScoresDoNotOverflow) {
  std::vector<float> scores = {3e38F, -3e38F, 3e38F};
  softmax(scores, scores);
  EXPECT_EQ(scores, (std::vector<float>{0.5F, 0.0F, 0.5F}));
  std::vector<float> gradient(2);
  // -log(softmax) grows like the difference once the other class has all.
  EXPECT_NEAR(cross_entropy(std::vector<float>{-1000.0F, 1000.0F}, 0, 1.0, gradient), 2000.0, 1e-9);
  EXPECT_EQ(gradient, (std::vector<float>{-1.0F, 1.0F}));
  EXPECT_EQ(cross_entropy(std::vector<float>{1000.0F, -1000.0F}, 0, 1.0, gradient), 0.0);
  EXPECT_EQ(gradient, (std::vector<float>{0.0F, 0.0F}));
}

TEST(Loss, NumbersByTheirDefinitions) {
  EXPECT_EQ(number_loss(Loss::squared_error, 0, 3, 1).value, 4.0);
  EXPECT_EQ(number_loss(Loss::absolute_error, 0, 1, 3).value, 2.0);
  EXPECT_EQ(number_loss(Loss::absolute_error, 0, 3, 3).derivative, 0.0);
  EXPECT_DOUBLE_EQ(number_loss(Loss::quantile, 0.9, 1, 3).value, 1.8);
  EXPECT_DOUBLE_EQ(number_loss(Loss::quantile, 0.9, 3, 1).value, 0.2);
  EXPECT_DOUBLE_EQ(number_loss(Loss::poisson, 0, std::log(3.0), 2).value, 3 - 2 * std::log(3.0));
  // Least where the rate is the target.
  EXPECT_NEAR(number_loss(Loss::poisson, 0, std::log(2.5), 2.5).derivative, 0.0, 1e-12);
  EXPECT_TRUE(std::isfinite(number_loss(Loss::poisson, 0, 1e6, 2).value));
}

TEST(Loss, DerivativesOfNumbersEqualCentralDifferences) {
  constexpr double step = 1e-6;
  for (const Loss loss :
       {Loss::squared_error, Loss::absolute_error, Loss::quantile, Loss::poisson}) {
    for (const double output : {-2.0, -0.3, 0.7, 3.0, 29.0, 31.0, 40.0}) {
      for (const double target : {0.0, 1.0, 4.5}) {
        const double above = number_loss(loss, 0.8, output + step, target).value;
        const double below = number_loss(loss, 0.8, output - step, target).value;
        const double derivative = number_loss(loss, 0.8, output, target).derivative;
        EXPECT_NEAR(derivative, (above - below) / (2 * step), 1e-5 * (1.0 + std::abs(derivative)))
            << static_cast<int>(loss) << ' ' << output << ' ' << target;
      }
    }
  }
}

// The q-quantile of the targets is where the sum of pinball losses is least.
TEST(Loss, QuantilesMinimiseThePinballLoss) {
  base::Random random(6);
  std::vector<double> targets;
  for (int i = 0; i < 999; ++i) targets.push_back(std::exp(random.normal()));
  const auto sum = [&](double output) {
    double total = 0.0;
    for (const double target : targets)
      total += number_loss(Loss::quantile, 0.9, output, target).value;
    return total;
  };
  std::vector<double> sorted = targets;
  std::ranges::sort(sorted);
  const auto best =
      std::ranges::min_element(sorted, {}, [&](double output) { return sum(output); });
  EXPECT_EQ(best - sorted.begin(), 899);
}

TEST(Loss, NotANumberStaysVisible) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  for (const std::vector<float>& scores : {std::vector<float>{nan, 1.0F}, {1.0F, nan}}) {
    std::vector<float> gradient(2);
    EXPECT_TRUE(std::isnan(cross_entropy(scores, 0, 1.0, gradient)));
    softmax(scores, gradient);
    EXPECT_TRUE(std::isnan(gradient[0]) && std::isnan(gradient[1]));
  }
}

TEST(Loss, EqualScoresCostTheLogarithmOfTheClasses) {
  std::vector<float> gradient(4);
  EXPECT_NEAR(cross_entropy(std::vector<float>(4, 7.25F), 2, 8.0, gradient), std::log(4.0), 1e-14);
  EXPECT_EQ(gradient, (std::vector<float>{2.0F, 2.0F, -6.0F, 2.0F}));
}

struct Problem {
  base::Matrix inputs;
  std::vector<float> classes;
  quantize::Thresholds thresholds;
  std::vector<std::uint32_t> rows;
};

Problem problem(std::size_t row_count) {
  base::Random random(5);
  Problem made;
  made.inputs = base::Matrix(row_count, 3);
  for (float& value : made.inputs.values()) value = static_cast<float>(random.normal());
  for (std::size_t r = 0; r < row_count; ++r) {
    const float sum = made.inputs(r, 0) + made.inputs(r, 1);
    made.classes.push_back(sum < -0.5F ? 0.0F : sum < 0.8F ? 1.0F : 2.0F);
  }
  for (const std::size_t count : {3U, 1U, 6U}) {
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(random.normal());
    made.thresholds.add_feature(values);
  }
  made.rows.resize(row_count);
  std::iota(made.rows.begin(), made.rows.end(), 0U);
  random.shuffle(made.rows);
  return made;
}

training::TrainerOptions options_for(training::InputLayer input) {
  training::TrainerOptions options;
  options.input = input;
  options.hidden = {9, 6};
  options.loss = Loss::cross_entropy;
  options.outputs = 3;
  options.class_weights = {0.5F, 1.0F, 2.5F};
  options.learning_rate = 2e-2;
  options.threads = 2;
  return options;
}

training::Trainer trainer_for(const Problem& made, const training::TrainerOptions& options) {
  const bool values = options.input == training::InputLayer::values;
  return training::Trainer(options, made.inputs, made.classes,
                           values ? quantize::Thresholds{} : made.thresholds);
}

// Every loss of a number, with weights: by central differences of the reference's outputs.
TEST(Loss, GradientsEqualCentralDifferencesWithWeights) {
  Problem made = problem(40);
  std::vector<float> weights;
  for (std::size_t r = 0; r < made.classes.size(); ++r) {
    made.classes[r] += 0.3F * static_cast<float>(r % 3);
    weights.push_back(static_cast<float>(r % 4) * 0.75F);
  }
  for (const auto loss :
       {Loss::squared_error, Loss::absolute_error, Loss::quantile, Loss::poisson}) {
    training::TrainerOptions options;
    options.input = training::InputLayer::soft_steps;
    options.hidden = {9, 5};
    options.threads = 2;
    options.loss = loss;
    options.quantile = 0.8;
    training::Trainer trainer(options, made.inputs, made.classes, made.thresholds, weights);
    double computed = 0.0;
    const training::Gradients gradients = trainer.gradients(made.rows, 0.3F, &computed);
    training::reference::Network network(options.input, trainer.parameters());
    const auto reference_loss = [&] {
      double sum = 0.0;
      for (const std::uint32_t row : made.rows) {
        const double output = network.predict(made.inputs.row(row), static_cast<double>(0.3F));
        const auto target = static_cast<double>(made.classes[row]);
        double own = (output - target) * (output - target);
        if (loss == Loss::absolute_error) own = std::abs(output - target);
        if (loss == Loss::quantile) {
          own = output > target ? 0.2 * (output - target) : 0.8 * (target - output);
        }
        if (loss == Loss::poisson) own = std::exp(output) - target * output;
        sum += static_cast<double>(weights[row]) * own;
      }
      return sum / 40.0;
    };
    EXPECT_NEAR(computed, reference_loss(), 1e-6);
    const auto expect_equal = [&](std::vector<double>& parameters, std::span<const float> own) {
      ASSERT_EQ(parameters.size(), own.size());
      std::vector<double> expected;
      double largest = 0.0;
      for (double& parameter : parameters) {
        expected.push_back(training::reference::central_difference(parameter, reference_loss));
        largest = std::max(largest, std::abs(expected.back()));
      }
      EXPECT_GT(largest, 0.0);
      for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_NEAR(own[i], expected[i], 2e-5 * largest + 1e-9) << static_cast<int>(loss);
      }
    };
    for (std::size_t l = 0; l < network.layers.size(); ++l) {
      expect_equal(network.layers[l].weights, gradients.layers[l].weights.values());
      expect_equal(network.layers[l].bias, gradients.layers[l].bias);
    }
    expect_equal(network.thresholds, gradients.thresholds);
  }
}

class CrossEntropyOf : public testing::TestWithParam<training::InputLayer> {};

TEST_P(CrossEntropyOf, GradientsEqualCentralDifferences) {
  const Problem made = problem(40);
  const training::TrainerOptions options = options_for(GetParam());
  training::Trainer trainer = trainer_for(made, options);
  double loss = 0.0;
  const training::Gradients gradients = trainer.gradients(made.rows, 0.3F, &loss);
  training::reference::Network network(options.input, trainer.parameters());
  const auto reference_loss = [&] {
    return network.cross_entropy(made.inputs, made.classes, options.class_weights, made.rows,
                                 static_cast<double>(0.3F));
  };
  EXPECT_NEAR(loss, reference_loss(), 1e-6);
  const auto expect_equal = [&](std::vector<double>& parameters, std::span<const float> computed) {
    ASSERT_EQ(parameters.size(), computed.size());
    std::vector<double> expected;
    double largest = 0.0;
    for (double& parameter : parameters) {
      expected.push_back(training::reference::central_difference(parameter, reference_loss));
      largest = std::max(largest, std::abs(expected.back()));
    }
    EXPECT_GT(largest, 0.0);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_NEAR(computed[i], expected[i], 2e-5 * largest) << i;
    }
  };
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    expect_equal(network.layers[l].weights, gradients.layers[l].weights.values());
    expect_equal(network.layers[l].bias, gradients.layers[l].bias);
  }
  if (GetParam() == training::InputLayer::soft_sum ||
      GetParam() == training::InputLayer::soft_steps) {
    expect_equal(network.thresholds, gradients.thresholds);
  }
}

TEST_P(CrossEntropyOf, FallsAndRepeatsItself) {
  const Problem made = problem(64);
  std::vector<double> last;
  for (int run = 0; run < 2; ++run) {
    training::Trainer trainer = trainer_for(made, options_for(GetParam()));
    const double first = trainer.step(made.rows, 0.1F);
    double loss = first;
    for (int step = 0; step < 150; ++step) loss = trainer.step(made.rows, 0.1F);
    EXPECT_LT(loss, 0.5 * first);
    last.push_back(loss);
  }
  EXPECT_EQ(last[0], last[1]);
}

INSTANTIATE_TEST_SUITE_P(Loss, CrossEntropyOf,
                         testing::Values(training::InputLayer::values,
                                         training::InputLayer::soft_sum,
                                         training::InputLayer::soft_steps,
                                         training::InputLayer::hard_steps));

TEST(LeastLoss, IsNeverUndercut) {
  for (const double target : {0.0, 0.3, 1.0, 7.0}) {
    const double least = least_loss(Loss::poisson, target);
    double lowest = std::numeric_limits<double>::infinity();
    for (double output = -20.0; output < 5.0; output += 1e-3) {
      lowest = std::min(lowest, number_loss(Loss::poisson, 0.5, output, target).value);
    }
    EXPECT_NEAR(lowest, least, 1e-5) << target;
    EXPECT_EQ(least_loss(Loss::quantile, target), 0.0);
  }
}

}  // namespace
}  // namespace terse::inference
