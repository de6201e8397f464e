#include "terse/training/submodels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

#include "terse/base/random.h"
#include "terse/training/trainer.h"
#include "training/normal_matrix.h"
#include "training/reference.h"

namespace terse::training {
namespace {

// Of each row of a batch of `rows`, in order, the submodels that take it, from the definition:
// submodel k takes the parts k, k - 1, ... of the batch.
std::vector<std::set<std::size_t>> takers(std::size_t rows, std::size_t count,
                                          std::size_t per_row) {
  std::vector<std::set<std::size_t>> result(rows);
  for (std::size_t k = 0; k < count; ++k) {
    for (std::size_t s = 0; s < per_row; ++s) {
      const std::size_t part = (k + count - s) % count;
      for (std::size_t r = part * rows / count; r < (part + 1) * rows / count; ++r) {
        result[r].insert(k);
      }
    }
  }
  return result;
}

TEST(Submodels, EachRowIsTakenByAsManyAsAskedFor) {
  for (const std::size_t rows : {1U, 7U, 8U, 61U, 13U}) {
    for (const std::size_t per_row : {1U, 2U, 8U}) {
      Submodels submodels(8, per_row, 3, 5);
      std::vector<std::uint32_t> batch(rows);
      std::iota(batch.begin(), batch.end(), 100U);
      submodels.take(batch);
      ASSERT_EQ(submodels.rows().size(), rows * per_row);
      std::vector<std::set<std::size_t>> found(rows);
      std::size_t next = 0;
      for (std::size_t k = 0; k < 8; ++k) {
        const Share& part = submodels.parts()[k];
        ASSERT_EQ(part.begin, next);
        next = part.end;
        for (std::size_t i = part.begin; i < part.end; ++i) {
          EXPECT_TRUE(found[submodels.rows()[i] - 100].insert(k).second);
        }
      }
      EXPECT_EQ(next, rows * per_row);
      EXPECT_EQ(found, takers(rows, 8, per_row));
    }
  }
}

TEST(Submodels, SignsAreOneOrMinusOneAndDifferWhereTheyCan) {
  const Submodels submodels(8, 2, 5, 1);
  std::set<std::vector<float>> different;
  for (std::size_t k = 0; k < 8; ++k) {
    const auto row = submodels.signs().row(k);
    for (const float sign : row) EXPECT_EQ(std::abs(sign), 1.0F);
    different.insert({row.begin(), row.end()});
  }
  EXPECT_EQ(different.size(), 8);
  EXPECT_TRUE(
      std::ranges::equal(Submodels(8, 2, 5, 1).signs().values(), submodels.signs().values()));
  EXPECT_FALSE(
      std::ranges::equal(Submodels(8, 2, 5, 2).signs().values(), submodels.signs().values()));
  const Submodels one(1, 1, 5, 1);
  for (const float sign : one.signs().values()) EXPECT_EQ(sign, 1.0F);
}

TEST(Submodels, SpreadsSignedSumsAndGathersTheirGradients) {
  constexpr std::size_t rows = 21;
  for (const std::size_t units : {1U, 5U, 16U, 35U}) {
    Submodels submodels(5, 3, 4, 9);
    std::vector<std::uint32_t> batch(rows);
    std::iota(batch.begin(), batch.end(), 0U);
    submodels.take(batch);
    const base::Matrix products = normal(rows, 4 * units, 1);
    const base::Matrix upper = normal(rows * 3, units, 2);
    base::Matrix stacked(rows * 3, units);
    base::Matrix gathered(rows, 4 * units);
    submodels.spread(products, {0, rows}, stacked);
    submodels.gather(upper, {0, rows}, gathered);
    base::Matrix expected(rows, 4 * units);
    for (std::size_t k = 0; k < 5; ++k) {
      for (std::size_t i = submodels.parts()[k].begin; i < submodels.parts()[k].end; ++i) {
        const std::size_t r = submodels.rows()[i];
        for (std::size_t u = 0; u < units; ++u) {
          double sum = 0.0;
          for (std::size_t g = 0; g < 4; ++g) {
            sum += static_cast<double>(submodels.signs()(k, g) * products(r, g * units + u));
            expected(r, g * units + u) += submodels.signs()(k, g) * upper(i, u);
          }
          ASSERT_NEAR(stacked(i, u), sum, 1e-5);
        }
      }
    }
    for (std::size_t i = 0; i < expected.values().size(); ++i) {
      ASSERT_NEAR(gathered.values()[i], expected.values()[i], 1e-5);
    }
  }
}

struct Problem {
  base::Matrix inputs;
  std::vector<float> targets;
  quantize::Thresholds thresholds;
  std::vector<std::uint32_t> rows;
};

constexpr std::size_t several = 0;  // in place of a number of classes: a number and three classes

// Feature 2 has no thresholds, and is alone in its group.
Problem problem(std::size_t classes) {
  base::Random random(3);
  Problem made;
  made.inputs = normal(40, 4, 4);
  for (std::size_t r = 0; r < 40; ++r) {
    made.targets.push_back(classes > 1 ? static_cast<float>(random.below(classes))
                                       : static_cast<float>(random.normal()));
  }
  for (std::size_t r = 0; classes == several && r < 40; ++r) {
    made.targets.push_back(static_cast<float>(random.below(3)));
  }
  for (const std::size_t count : {3U, 1U, 0U, 7U}) {
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(random.normal());
    made.thresholds.add_feature(values);
  }
  made.rows.resize(40);
  std::iota(made.rows.begin(), made.rows.end(), 0U);
  random.shuffle(made.rows);
  return made;
}

TrainerOptions tabm_options(InputLayer input, std::size_t classes, std::size_t per_row) {
  TrainerOptions options;
  options.input = input;
  options.hidden = {9, 17};
  options.batch_rows_max = 40;
  options.submodels = 4;
  options.submodels_per_row = per_row;
  options.sign_groups = {0, 1, 2, 0};
  if (classes > 1) {
    options.loss = inference::Loss::cross_entropy;
    options.outputs = classes;
  }
  if (classes == several) {
    options.targets = {{.share = 0.25},
                       {.loss = inference::Loss::cross_entropy, .outputs = 3, .share = 0.75}};
  }
  return options;
}

/// TabM in double, from the definition: submodel k of the parameters as a network of its own.
struct Reference {
  const Problem& made;
  const TrainerOptions& options;
  reference::Network shared;
  base::Matrix signs;

  std::vector<double> outputs(std::size_t k, std::size_t row, double temperature) const {
    std::vector<double> values = shared.first_inputs(made.inputs.row(row), temperature);
    std::size_t j = 0;
    for (std::size_t f = 0; f + 1 < shared.offsets.size(); ++f) {
      for (; j < shared.offsets[f + 1]; ++j) {
        values[j] *= static_cast<double>(signs(k, options.sign_groups[f]));
      }
    }
    for (std::size_t l = 0; l < shared.layers.size(); ++l) {
      const auto& layer = shared.layers[l];
      const bool last = l + 1 == shared.layers.size();
      const std::size_t units = layer.bias.size() / options.submodels;
      std::vector<double> next;
      for (std::size_t u = 0; u < units; ++u) {
        const std::size_t row_of_weights = last ? k * units + u : u;
        double sum = layer.bias[k * units + u];
        for (std::size_t i = 0; i < values.size(); ++i) {
          sum += values[i] * layer.weights[row_of_weights * values.size() + i];
        }
        next.push_back(last ? sum : std::max(0.0, sum));
      }
      values = next;
    }
    return values;
  }

  static double log_loss(std::span<const double> scores, float target) {
    double total = 0.0;
    for (const double score : scores) total += std::exp(score);
    return std::log(total) - scores[static_cast<std::size_t>(target)];
  }

  double loss_of_row(std::span<const double> out, std::size_t row) const {
    const double error = out[0] - static_cast<double>(made.targets[row]);
    if (!options.targets.empty()) {
      return 0.25 * error * error + 0.75 * log_loss(out.subspan(1), made.targets[40 + row]);
    }
    return options.outputs == 1 ? error * error : log_loss(out, made.targets[row]);
  }

  double loss(double temperature) const {
    const auto taken = takers(40, options.submodels, options.submodels_per_row);
    double sum = 0.0;
    for (std::size_t r = 0; r < 40; ++r) {
      const std::uint32_t row = made.rows[r];
      for (const std::size_t k : taken[r]) {
        sum += loss_of_row(outputs(k, row, temperature), row);
      }
    }
    return sum / static_cast<double>(40 * options.submodels_per_row);
  }
};

struct Case {
  InputLayer input;
  std::size_t classes, per_row;
  StepsPath path;
  unsigned threads;
};

class TabmGradient : public testing::TestWithParam<Case> {};

TEST_P(TabmGradient, EqualsCentralDifferences) {
  constexpr float temperature = 0.3F;
  const auto [input, classes, per_row, path, threads] = GetParam();
  const Problem made = problem(classes);
  TrainerOptions options = tabm_options(input, classes, per_row);
  options.steps_path = path;
  options.threads = threads;
  Trainer trainer(options, made.inputs, made.targets, made.thresholds);
  double loss = 0.0;
  const Gradients gradients = trainer.gradients(made.rows, temperature, &loss);
  const inference::Parameters parameters = trainer.parameters();
  Reference tabm{made, options, reference::Network(input, parameters), parameters.signs};
  const auto reference_loss = [&] { return tabm.loss(static_cast<double>(temperature)); };
  EXPECT_NEAR(loss, reference_loss(), 1e-6);
  ASSERT_EQ(gradients.layers.size(), 3);
  const auto expect = [&](std::vector<double>& values, std::span<const float> computed) {
    ASSERT_EQ(values.size(), computed.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      ASSERT_NEAR(computed[i], reference::central_difference(values[i], reference_loss), 1e-5) << i;
    }
  };
  for (std::size_t l = 0; l < 3; ++l) {
    expect(tabm.shared.layers[l].weights, gradients.layers[l].weights.values());
    expect(tabm.shared.layers[l].bias, gradients.layers[l].bias);
  }
  if (input == InputLayer::soft_steps) expect(tabm.shared.thresholds, gradients.thresholds);
}

INSTANTIATE_TEST_SUITE_P(
    Submodels, TabmGradient,
    testing::Values(Case{InputLayer::soft_steps, 1, 2, StepsPath::dense, 1},
                    Case{InputLayer::soft_steps, 1, 2, StepsPath::band, 2},
                    Case{InputLayer::soft_steps, 3, 4, StepsPath::exponential, 1},
                    Case{InputLayer::hard_steps, 3, 1, StepsPath::band, 3},
                    Case{InputLayer::soft_steps, several, 2, StepsPath::band, 2},
                    Case{InputLayer::hard_steps, 1, 4, StepsPath::dense, 2}));

TEST(Submodels, SameSeedSameBitsAndThreadCountsAgree) {
  const Problem made = problem(1);
  std::vector<double> one_thread;
  for (const unsigned threads : {1U, 2U, 3U}) {
    TrainerOptions options = tabm_options(InputLayer::soft_steps, 1, 2);
    options.threads = threads;
    options.dropout = 0.1F;
    options.weight_decay = 3e-3;
    Trainer first(options, made.inputs, made.targets, made.thresholds);
    Trainer second(options, made.inputs, made.targets, made.thresholds);
    for (std::size_t i = 0; i < 8; ++i) {
      // The last batch of an epoch is shorter, down to fewer rows than submodels.
      const auto rows = std::span(made.rows).first(i % 2 == 0 ? 40 : 3);
      const double loss = first.step(rows, 0.3F);
      ASSERT_EQ(loss, second.step(rows, 0.3F));
      if (threads == 1) one_thread.push_back(loss);
      EXPECT_NEAR(loss, one_thread[i], 1e-4);
    }
    const inference::Parameters a = first.parameters();
    const inference::Parameters b = second.parameters();
    for (std::size_t l = 0; l < a.layers.size(); ++l) {
      ASSERT_TRUE(std::ranges::equal(a.layers[l].weights.values(), b.layers[l].weights.values()));
      ASSERT_EQ(a.layers[l].bias, b.layers[l].bias);
    }
  }
}

TEST(Submodels, ParametersRoundTripWithSignsAndLearning) {
  const Problem made = problem(1);
  TrainerOptions options = tabm_options(InputLayer::soft_steps, 1, 2);
  options.learning_rate = 1e-2;
  Trainer source(options, made.inputs, made.targets, made.thresholds);
  const double before = source.step(made.rows, 0.5F);
  double after = before;
  for (int i = 0; i < 60; ++i) after = source.step(made.rows, 0.5F);
  EXPECT_LT(after, 0.5 * before);
  options.seed = 99;
  Trainer target(options, made.inputs, made.targets, made.thresholds);
  target.set_parameters(source.parameters());
  double expected = 0.0;
  double loss = 1.0;
  source.gradients(made.rows, 0.5F, &expected);
  target.gradients(made.rows, 0.5F, &loss);
  EXPECT_NEAR(loss, expected, 1e-6);
}

}  // namespace
}  // namespace terse::training
