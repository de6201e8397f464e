#include "terse/training/batch_loss.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace terse::training {
namespace {

TEST(BatchLoss, SquaresWithAndWithoutWeightsByHand) {
  const std::vector<float> targets = {1.0F, 5.0F, 2.0F};
  const std::vector<float> weights = {2.0F, 1.0F, 0.5F};
  const std::vector<std::uint32_t> rows = {2, 0};
  base::Matrix outputs(2, 1);
  outputs(0, 0) = 3.0F;
  outputs(1, 0) = 0.5F;
  base::Matrix gradients(2, 1);
  const float bias = 0.5F;
  const BatchOutputs batch{rows, outputs, &bias, gradients};
  // Errors 1.5 and 0.
  EXPECT_NEAR(BatchLoss({}, targets, {}).sum(batch, 4.0, {}), 2.25, 1e-6);
  EXPECT_NEAR(gradients(0, 0), 0.75, 1e-6);
  EXPECT_NEAR(gradients(1, 0), 0.0, 1e-6);
  EXPECT_NEAR(BatchLoss({}, targets, weights).sum(batch, 4.0, {}), 1.125, 1e-6);
  EXPECT_NEAR(gradients(0, 0), 0.375, 1e-6);
}

TEST(BatchLoss, CrossEntropyByHand) {
  const std::vector<float> targets = {1.0F};
  const std::vector<std::uint32_t> rows = {0};
  base::Matrix outputs(1, 2);
  base::Matrix gradients(1, 2);
  outputs(0, 0) = 1.0F;
  const std::array<float, 2> bias = {0.0F, 2.0F};
  std::array<float, 2> score = {};
  const BatchLoss loss({inference::Loss::cross_entropy, 0.5, 2, {1.0F, 3.0F}}, targets, {});
  // Scores 1 and 2; the class has weight 3.
  const double other = 1.0 / (1.0 + std::exp(1.0));
  EXPECT_NEAR(loss.sum({rows, outputs, bias.data(), gradients}, 2.0, score),
              -3.0 * std::log(1.0 - other), 1e-6);
  EXPECT_NEAR(gradients(0, 0), 1.5 * other, 1e-6);
  EXPECT_NEAR(gradients(0, 1), -1.5 * other, 1e-6);
}

TEST(BatchLoss, SeveralTargetsByHand) {
  // Of rows 0 and 1: numbers, then classes.
  const std::vector<float> targets = {1.0F, 4.0F, 0.0F, 1.0F};
  const std::vector<float> weights = {1.0F, 2.0F};
  const std::vector<std::uint32_t> rows = {1};
  base::Matrix outputs(1, 3);
  base::Matrix gradients(1, 3);
  outputs(0, 0) = 2.0F;
  outputs(0, 1) = 1.0F;
  const std::array<float, 3> bias = {0.5F, 0.0F, 2.0F};
  std::array<float, 3> score = {};
  BatchLossOptions options;
  options.targets = {{.share = 0.75},
                     {.loss = inference::Loss::cross_entropy, .outputs = 2, .share = 0.25}};
  const BatchLoss loss(options, targets, weights);
  // An error of -1.5, and scores 1 and 2 of which the second is right.
  const double other = 1.0 / (1.0 + std::exp(1.0));
  EXPECT_NEAR(loss.sum({rows, outputs, bias.data(), gradients}, 4.0, score),
              2.0 * (0.75 * 2.25 - 0.25 * std::log(1.0 - other)), 1e-6);
  EXPECT_NEAR(gradients(0, 0), 0.5 * 0.75 * -3.0, 1e-6);
  EXPECT_NEAR(gradients(0, 1), 0.5 * 0.25 * other, 1e-6);
  EXPECT_NEAR(gradients(0, 2), -0.5 * 0.25 * other, 1e-6);
}

}  // namespace
}  // namespace terse::training
