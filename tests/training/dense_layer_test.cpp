#include "terse/training/dense_layer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "training/normal_matrix.h"

namespace terse::training {
namespace {

struct Sizes {
  std::size_t rows, inputs, outputs;
};

class DenseLayerOf : public testing::TestWithParam<Sizes> {};

// 520 outputs have padded rows of weights, 600 inputs more than one block of gradients.
TEST_P(DenseLayerOf, EqualsPlainSums) {
  const auto [rows, inputs, outputs] = GetParam();
  const inference::DenseLayer start{normal(outputs, inputs, 1), std::vector<float>(outputs, 0.5F)};
  const base::Matrix x = normal(rows, inputs, 2);
  const base::Matrix output_gradient = normal(rows, outputs, 3);
  const double tolerance = 1e-5 * std::sqrt(static_cast<double>(rows + inputs + outputs));
  for (const unsigned threads : {1U, 3U}) {
    TrainedDense layer(inputs, outputs, threads);
    layer.set(start);
    base::Matrix y(rows, outputs);
    base::Matrix input_gradient(rows, inputs);
    layer.forward(x, y);
    layer.input_gradient(output_gradient, input_gradient);
    inference::DenseLayer gradients{base::Matrix(outputs, inputs), std::vector<float>(outputs)};
    Team team(threads);
    const Share all{0, rows};
    team.run([&](Member& member) {
      layer.weight_gradients(member, x, output_gradient, gradients.weights);
      layer.bias_gradients(member, output_gradient, {&all, 1}, gradients.bias);
    });
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t o = 0; o < outputs; ++o) {
        double sum = 0.0;
        for (std::size_t i = 0; i < inputs; ++i) {
          sum += static_cast<double>(x(r, i)) * static_cast<double>(start.weights(o, i));
        }
        ASSERT_NEAR(y(r, o), sum, tolerance);
      }
      for (std::size_t i = 0; i < inputs; ++i) {
        double sum = 0.0;
        for (std::size_t o = 0; o < outputs; ++o) {
          sum +=
              static_cast<double>(output_gradient(r, o)) * static_cast<double>(start.weights(o, i));
        }
        ASSERT_NEAR(input_gradient(r, i), sum, tolerance);
      }
    }
    team.run([&](Member& member) {
      layer.update_weights(member, x, output_gradient, AdamStep::at(1, 1e-3));
      layer.update_biases(member, output_gradient, {&all, 1}, AdamStep::at(1, 1e-3));
    });
    const inference::DenseLayer updated = layer.get();
    for (std::size_t o = 0; o < outputs; ++o) {
      double bias_sum = 0.0;
      for (std::size_t r = 0; r < rows; ++r) {
        bias_sum += static_cast<double>(output_gradient(r, o));
      }
      ASSERT_NEAR(gradients.bias[o], bias_sum, tolerance);
      for (std::size_t i = 0; i < inputs; ++i) {
        double sum = 0.0;
        for (std::size_t r = 0; r < rows; ++r) {
          sum += static_cast<double>(output_gradient(r, o)) * static_cast<double>(x(r, i));
        }
        ASSERT_NEAR(gradients.weights(o, i), sum, tolerance);
        // Adam's first step is the learning rate against the gradient's sign.
        if (std::abs(sum) > 1e-2) {
          ASSERT_NEAR(updated.weights(o, i), start.weights(o, i) - std::copysign(1e-3F, sum), 1e-6);
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(DenseLayer, DenseLayerOf,
                         testing::Values(Sizes{1, 1, 1}, Sizes{7, 3, 5}, Sizes{40, 33, 17},
                                         Sizes{20, 30, 520}, Sizes{6, 600, 520}, Sizes{20, 64, 1}),
                         [](const auto& test) {
                           return std::to_string(test.param.inputs) + "to" +
                                  std::to_string(test.param.outputs);
                         });

TEST(DenseLayer, WithoutInputsOnlyTheBiasLearns) {
  TrainedDense layer(0, 5, 2);
  const base::Matrix output_gradient = normal(9, 5, 3);
  Team team(2);
  const Share all{0, 9};
  team.run([&](Member& member) {
    layer.update_biases(member, output_gradient, {&all, 1}, AdamStep::at(1, 1e-3));
  });
  for (const float bias : layer.get().bias) EXPECT_NEAR(std::abs(bias), 1e-3F, 1e-6);
}

}  // namespace
}  // namespace terse::training
