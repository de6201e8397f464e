#include "terse/training/trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "terse/base/cpu.h"
#include "terse/base/random.h"
#include "training/reference.h"

namespace terse::training {
namespace {

struct Problem {
  base::Matrix inputs;
  std::vector<float> targets;
  quantize::Thresholds thresholds;
  std::vector<std::uint32_t> rows;
};

// Normal readings; feature f has thresholds[f] thresholds, in no particular order.
Problem problem(std::size_t row_count, const std::vector<std::size_t>& thresholds,
                std::uint64_t seed = 3) {
  base::Random random(seed);
  Problem made;
  made.inputs = base::Matrix(row_count, thresholds.size());
  for (float& value : made.inputs.values()) value = static_cast<float>(random.normal());
  for (std::size_t r = 0; r < row_count; ++r) {
    made.targets.push_back(
        static_cast<float>(std::sin(2.0 * made.inputs(r, 0)) + 0.3 * random.normal()));
  }
  for (const std::size_t count : thresholds) {
    std::vector<float> values;
    for (std::size_t j = 0; j < count; ++j) values.push_back(static_cast<float>(random.normal()));
    made.thresholds.add_feature(values);
  }
  made.rows.resize(row_count);
  std::iota(made.rows.begin(), made.rows.end(), 0U);
  random.shuffle(made.rows);
  return made;
}

Trainer trainer_for(const Problem& made, const TrainerOptions& options) {
  return Trainer(options, made.inputs, made.targets,
                 options.input == InputLayer::values ? quantize::Thresholds{} : made.thresholds);
}

constexpr InputLayer all_inputs[] = {InputLayer::values, InputLayer::soft_sum,
                                     InputLayer::soft_steps, InputLayer::hard_steps};

std::string input_name(InputLayer input) {
  static constexpr const char* names[] = {"values", "soft_sum", "soft_steps", "hard_steps"};
  return names[static_cast<std::size_t>(input)];
}

struct Case {
  InputLayer input;
  float temperature;
};

class GradientOf : public testing::TestWithParam<Case> {};

// Central differences of the double reference; float rounding of a batch of 40 rows stays below
// 2e-5 of the largest gradient.
TEST_P(GradientOf, EqualsCentralDifferences) {
  constexpr double bound = 2e-5;
  const Problem made = problem(40, {3, 1, 7});
  TrainerOptions options;
  options.input = GetParam().input;
  options.hidden = {9, 17, 5};
  options.threads = 2;
  Trainer trainer = trainer_for(made, options);
  double loss = 0.0;
  const float temperature = GetParam().temperature;
  const Gradients gradients = trainer.gradients(made.rows, temperature, &loss);
  reference::Network network(options.input, trainer.parameters());
  const auto reference_loss = [&] {
    return network.loss(made.inputs, made.targets, made.rows, static_cast<double>(temperature));
  };
  EXPECT_NEAR(loss, reference_loss(), 1e-6);

  ASSERT_EQ(gradients.layers.size(), network.layers.size());
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    auto& layer = network.layers[l];
    std::vector<double> expected;
    double largest = 0.0;
    for (double& weight : layer.weights) {
      expected.push_back(reference::central_difference(weight, reference_loss));
    }
    for (double& bias : layer.bias) {
      expected.push_back(reference::central_difference(bias, reference_loss));
    }
    for (const double value : expected) largest = std::max(largest, std::abs(value));
    std::vector<float> computed(gradients.layers[l].weights.values().begin(),
                                gradients.layers[l].weights.values().end());
    computed.insert(computed.end(), gradients.layers[l].bias.begin(),
                    gradients.layers[l].bias.end());
    ASSERT_EQ(computed.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_NEAR(computed[i], expected[i], bound * largest) << "layer " << l << ", " << i;
    }
  }
  if (options.input == InputLayer::values || options.input == InputLayer::hard_steps) return;
  ASSERT_EQ(gradients.thresholds.size(), network.thresholds.size());
  double largest = 0.0;
  std::vector<double> expected;
  for (double& threshold : network.thresholds) {
    expected.push_back(reference::central_difference(threshold, reference_loss));
    largest = std::max(largest, std::abs(expected.back()));
  }
  for (std::size_t j = 0; j < expected.size(); ++j) {
    ASSERT_NEAR(gradients.thresholds[j], expected[j], bound * largest + 1e-9) << j;
  }
}

std::vector<Case> gradient_cases() {
  std::vector<Case> cases = {{InputLayer::values, 1.0F}, {InputLayer::hard_steps, 1.0F}};
  for (const float temperature : {1.0F, 0.3F, 0.1F, 0.03F, 0.01F}) {
    cases.push_back({InputLayer::soft_sum, temperature});
    cases.push_back({InputLayer::soft_steps, temperature});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Trainer, GradientOf, testing::ValuesIn(gradient_cases()),
                         [](const auto& test) {
                           std::string name = input_name(test.param.input) + "_" +
                                              std::to_string(test.param.temperature);
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

class TrainerWith : public testing::TestWithParam<InputLayer> {
 protected:
  TrainerOptions options() const {
    TrainerOptions result;
    result.input = GetParam();
    result.hidden = {24, 16};
    result.learning_rate = 2e-3;
    result.batch_rows_max = 64;
    return result;
  }
};

// Twenty steps of AdamW (Loshchilov and Hutter, algorithm 2) in double on the engine's own
// gradients; biases and thresholds do not decay.
TEST_P(TrainerWith, StepsFollowAdam) {
  const Problem made = problem(64, {3, 5});
  TrainerOptions options = this->options();
  options.threshold_rate_factor = 7.0;
  options.weight_decay = 0.5;
  for (const StepsPath path : {StepsPath::dense, StepsPath::band, StepsPath::exponential}) {
    options.steps_path = path;
    Trainer trainer = trainer_for(made, options);
    const auto flat = [](const inference::Parameters& parameters) {
      std::vector<double> all(parameters.thresholds.values.begin(),
                              parameters.thresholds.values.end());
      for (const auto& layer : parameters.layers) {
        all.insert(all.end(), layer.weights.values().begin(), layer.weights.values().end());
        all.insert(all.end(), layer.bias.begin(), layer.bias.end());
      }
      return all;
    };
    std::vector<double> expected = flat(trainer.parameters());
    std::vector<bool> decays(trainer.parameters().thresholds.values.size(), false);
    for (const auto& layer : trainer.parameters().layers) {
      decays.insert(decays.end(), layer.weights.values().size(), true);
      decays.insert(decays.end(), layer.bias.size(), false);
    }
    const std::size_t threshold_count = trainer.parameters().thresholds.values.size();
    const bool thresholds_learn =
        GetParam() == InputLayer::soft_sum || GetParam() == InputLayer::soft_steps;
    std::vector<double> first(expected.size());
    std::vector<double> second(expected.size());
    for (int t = 1; t <= 20; ++t) {
      const Gradients gradients = trainer.gradients(made.rows, 0.5F);
      std::vector<double> g(gradients.thresholds.begin(), gradients.thresholds.end());
      g.resize(threshold_count);
      for (const auto& layer : gradients.layers) {
        g.insert(g.end(), layer.weights.values().begin(), layer.weights.values().end());
        g.insert(g.end(), layer.bias.begin(), layer.bias.end());
      }
      ASSERT_EQ(g.size(), expected.size());
      for (std::size_t i = 0; i < g.size(); ++i) {
        const bool threshold = i < threshold_count;
        if (threshold && !thresholds_learn) continue;
        first[i] = 0.9 * first[i] + 0.1 * g[i];
        second[i] = 0.999 * second[i] + 0.001 * g[i] * g[i];
        const double rate = options.learning_rate * (threshold ? 7.0 : 1.0);
        if (decays[i]) expected[i] *= 1.0 - options.learning_rate * options.weight_decay;
        expected[i] -= rate * (first[i] / (1.0 - std::pow(0.9, t))) /
                       (std::sqrt(second[i] / (1.0 - std::pow(0.999, t))) + 1e-8);
      }
      trainer.step(made.rows, 0.5F);
      const std::vector<double> computed = flat(trainer.parameters());
      for (std::size_t i = 0; i < g.size(); ++i) ASSERT_NEAR(computed[i], expected[i], 2e-5) << t;
    }
  }
}

TEST_P(TrainerWith, SameSeedSameBitsForEachThreadCount) {
  const Problem made = problem(100, {3, 5});
  for (const unsigned threads : {1U, 2U, 3U}) {
    TrainerOptions options = this->options();
    options.dropout = 0.2F;
    options.threads = threads;
    Trainer first = trainer_for(made, options);
    Trainer second = trainer_for(made, options);
    for (int i = 0; i < 10; ++i) {
      const auto rows = std::span(made.rows).subspan(i % 2 == 0 ? 0 : 64, i % 2 == 0 ? 64 : 36);
      ASSERT_EQ(first.step(rows, 0.3F), second.step(rows, 0.3F));
    }
    const inference::Parameters a = first.parameters();
    const inference::Parameters b = second.parameters();
    for (std::size_t l = 0; l < a.layers.size(); ++l) {
      ASSERT_TRUE(std::ranges::equal(a.layers[l].weights.values(), b.layers[l].weights.values()));
      ASSERT_EQ(a.layers[l].bias, b.layers[l].bias);
    }
    ASSERT_EQ(a.thresholds.values, b.thresholds.values);
  }
}

TEST_P(TrainerWith, ThreadCountsAndInstructionSetsAgree) {
  const Problem made = problem(70, {3, 5, 2});
  TrainerOptions options = this->options();
  options.batch_rows_max = 70;
  options.hidden = {33, 7};
  options.dropout = 0.25F;
  const base::InstructionSet kept = base::instruction_set();
  std::vector<std::vector<double>> losses;
  for (const base::InstructionSet set : base::supported_instruction_sets()) {
    base::force_instruction_set(set);
    for (const unsigned threads : {1U, 2U, 3U}) {
      options.threads = threads;
      Trainer trainer = trainer_for(made, options);
      losses.emplace_back();
      for (int i = 0; i < 5; ++i) losses.back().push_back(trainer.step(made.rows, 0.2F));
    }
  }
  base::force_instruction_set(kept);
  for (const auto& other : losses) {
    for (std::size_t i = 0; i < other.size(); ++i) EXPECT_NEAR(other[i], losses[0][i], 1e-4);
  }
}

TEST_P(TrainerWith, OddSizesLearn) {
  for (const std::vector<std::size_t>& hidden :
       {std::vector<std::size_t>{1}, {7}, {33, 100}, {64, 64, 64}}) {
    const Problem made = problem(33, {1, 4, 0, 2});
    TrainerOptions options = this->options();
    options.hidden = hidden;
    options.threads = 2;
    options.learning_rate = 1e-2;
    Trainer trainer = trainer_for(made, options);
    const double before = trainer.step(made.rows, 1.0F);
    trainer.step(std::span(made.rows).first(1), 0.9F);
    double after = before;
    for (int i = 0; i < 60; ++i) after = trainer.step(made.rows, 0.5F);
    EXPECT_TRUE(std::isfinite(after));
    EXPECT_LT(after, before);
  }
}

TEST_P(TrainerWith, ParametersRoundTrip) {
  const Problem made = problem(64, {3, 5});
  Trainer source = trainer_for(made, options());
  for (int i = 0; i < 3; ++i) source.step(made.rows, 0.5F);
  TrainerOptions other = options();
  other.seed = 99;
  Trainer target = trainer_for(made, other);
  target.set_parameters(source.parameters());
  double expected = 0.0;
  double loss = 1.0;
  source.gradients(made.rows, 0.5F, &expected);
  target.gradients(made.rows, 0.5F, &loss);
  // The steps layer may choose another of its paths, which rounds otherwise.
  EXPECT_NEAR(loss, expected, 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Trainer, TrainerWith, testing::ValuesIn(all_inputs),
                         [](const auto& test) { return input_name(test.param); });

// Gradients of a network of one hidden unit at temperature 0.5.
Gradients hand_gradients(InputLayer input, const std::vector<float>& readings,
                         const std::vector<float>& targets, const std::vector<float>& thresholds,
                         const std::vector<inference::DenseLayer>& layers, double* loss) {
  const base::Matrix inputs = [&] {
    base::Matrix column(readings.size(), 1);
    std::ranges::copy(readings, column.values().begin());
    return column;
  }();
  inference::Parameters parameters;
  if (input != InputLayer::values) parameters.thresholds.add_feature(thresholds);
  parameters.layers = layers;
  TrainerOptions options;
  options.input = input;
  options.hidden = {1};
  Trainer trainer(options, inputs, targets, parameters.thresholds);
  trainer.set_parameters(parameters);
  std::vector<std::uint32_t> rows(readings.size());
  std::iota(rows.begin(), rows.end(), 0U);
  return trainer.gradients(rows, 0.5F, loss);
}

inference::DenseLayer one_weight(float weight, float bias) {
  inference::DenseLayer layer{base::Matrix(1, 1), {bias}};
  layer.weights(0, 0) = weight;
  return layer;
}

TEST(Trainer, GradientsOfOneUnitByHand) {
  double loss = 0.0;
  // Hidden 1, 0 (cut) and 3; predictions 0.75, 0.25, 1.75; errors 0.75, -0.75, -1.25.
  const Gradients values =
      hand_gradients(InputLayer::values, {1.0F, -1.0F, 2.0F}, {0.0F, 1.0F, 3.0F}, {},
                     {one_weight(2.0F, -1.0F), one_weight(0.5F, 0.25F)}, &loss);
  EXPECT_NEAR(loss, 2.6875 / 3.0, 1e-6);
  EXPECT_NEAR(values.layers[1].weights(0, 0), -2.0, 1e-6);
  EXPECT_NEAR(values.layers[1].bias[0], -5.0 / 6.0, 1e-6);
  EXPECT_NEAR(values.layers[0].weights(0, 0), -7.0 / 12.0, 1e-6);
  EXPECT_NEAR(values.layers[0].bias[0], -1.0 / 6.0, 1e-6);
  EXPECT_TRUE(values.thresholds.empty());

  // A reading on the threshold: step 1/2, derivative -1/4 / 0.5; prediction 3, error 2.
  const Gradients steps = hand_gradients(InputLayer::soft_steps, {0.0F}, {1.0F}, {0.0F},
                                         {one_weight(2.0F, 0.0F), one_weight(3.0F, 0.0F)}, &loss);
  EXPECT_NEAR(loss, 4.0, 1e-6);
  EXPECT_NEAR(steps.layers[1].weights(0, 0), 4.0, 1e-5);
  EXPECT_NEAR(steps.layers[0].weights(0, 0), 6.0, 1e-5);
  EXPECT_NEAR(steps.layers[0].bias[0], 12.0, 1e-5);
  EXPECT_NEAR(steps.thresholds.at(0), -12.0, 1e-5);

  // Two thresholds there: their steps sum to 1; prediction 6, error 1.
  const Gradients sum = hand_gradients(InputLayer::soft_sum, {0.0F}, {5.0F}, {0.0F, 0.0F},
                                       {one_weight(2.0F, 0.0F), one_weight(3.0F, 0.0F)}, &loss);
  EXPECT_NEAR(loss, 1.0, 1e-6);
  EXPECT_NEAR(sum.layers[0].weights(0, 0), 6.0, 1e-5);
  EXPECT_NEAR(sum.thresholds.at(0), -6.0, 1e-5);
  EXPECT_NEAR(sum.thresholds.at(1), -6.0, 1e-5);

  // Strictly above only: hidden 0 + 1 and 2 + 1; predictions 3 and 9, errors 3 and 9 - 8 = 1.
  const Gradients hard =
      hand_gradients(InputLayer::hard_steps, {0.0F, 0.125F}, {0.0F, 8.0F}, {0.0F},
                     {one_weight(2.0F, 1.0F), one_weight(3.0F, 0.0F)}, &loss);
  EXPECT_NEAR(loss, 5.0, 1e-6);
  EXPECT_NEAR(hard.layers[0].weights(0, 0), 3.0, 1e-5);
  EXPECT_NEAR(hard.layers[0].bias[0], 12.0, 1e-5);
}

TEST(Trainer, StartsUniformWithinTheFanIn) {
  const Problem made = problem(10, {3, 5});
  TrainerOptions options;
  options.hidden = {100, 400};
  const inference::Parameters start = trainer_for(made, options).parameters();
  const double bound = 1.0 / std::sqrt(100.0);
  double sum = 0.0;
  double squares = 0.0;
  double largest = 0.0;
  for (const float weight : start.layers[1].weights.values()) {
    sum += weight;
    squares += static_cast<double>(weight) * weight;
    largest = std::max(largest, std::abs(static_cast<double>(weight)));
  }
  const double count = 100.0 * 400.0;
  EXPECT_LE(largest, bound);
  EXPECT_GT(largest, 0.99 * bound);
  // Four standard errors of a uniform distribution's mean and variance.
  EXPECT_NEAR(sum / count, 0.0, 4.0 * bound / std::sqrt(3.0 * count));
  EXPECT_NEAR(squares / count, bound * bound / 3.0, 4.0 * bound * bound * 0.3 / std::sqrt(count));
}

TEST(Trainer, OverflowIsReturnedNotHidden) {
  const Problem made = problem(20, {3});
  TrainerOptions options;
  // Adam's first step moves every weight by about the learning rate, and six layers multiply it.
  options.learning_rate = 1e25;
  Trainer trainer = trainer_for(made, options);
  trainer.step(made.rows, 1.0F);
  EXPECT_FALSE(std::isfinite(trainer.step(made.rows, 1.0F)));
}

}  // namespace
}  // namespace terse::training
