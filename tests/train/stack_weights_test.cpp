#include "terse/train/stack_weights.h"

#include <gtest/gtest.h>

#include <cmath>

#include "terse/base/order.h"
#include "terse/base/random.h"

namespace terse::train {
namespace {

// Members: the truth with noise of two sizes, and one that is worthless.
StackRows number_rows(std::size_t count, const Objective& objective = {}) {
  base::Random random(5);
  StackRows rows;
  rows.objective = objective;
  rows.outputs.assign(3, base::Matrix(count, 1));
  for (std::size_t row = 0; row < count; ++row) {
    const double truth = random.normal();
    rows.targets.push_back(static_cast<float>(truth));
    rows.outputs[0](row, 0) = static_cast<float>(truth + 0.5 * random.normal());
    rows.outputs[1](row, 0) = static_cast<float>(truth + 1.0 * random.normal());
    rows.outputs[2](row, 0) = static_cast<float>(random.normal());
  }
  return rows;
}

// Independent errors of deviations 0.5 and 1 are weighed by 1 / variance: 0.8 and 0.2.
TEST(StackWeights, LeastSquaresWeighByWhatMembersKnow) {
  const StackRows rows = number_rows(20000);
  const auto all = base::all_rows(rows.targets.size());
  const auto weights = stack_weights(rows, {true, true, true}, all);
  EXPECT_NEAR(weights[0] + weights[1] + weights[2], 1.0, 1e-12);
  EXPECT_NEAR(weights[0], 0.8, 0.05);
  EXPECT_NEAR(weights[1], 0.2, 0.05);
  EXPECT_LT(weights[2], 0.03);
  const double together = stack_loss(rows, weights, all);
  EXPECT_LT(together, stack_loss(rows, std::vector<double>{1.0, 0.0, 0.0}, all));
  EXPECT_NEAR(crossed_stack_loss(rows, {true, true, true}), together, 0.01);
  EXPECT_EQ(stack_weights(rows, {false, true, false}, all), (std::vector<double>{0.0, 1.0, 0.0}));
}

TEST(StackWeights, RowsCountByTheirWeight) {
  StackRows rows = number_rows(2000);
  rows.weights.assign(2000, 0.0F);
  for (std::size_t row = 0; row < 1000; ++row) {
    rows.weights[row] = 1.0F;
    rows.outputs[0](row, 0) = rows.targets[row] + 5.0F * rows.outputs[2](row, 0);
  }
  const auto weights = stack_weights(rows, {true, true, false}, base::all_rows(2000));
  EXPECT_GT(weights[1], 0.9);
}

TEST(StackWeights, AbsoluteErrorsAndRates) {
  StackRows rows = number_rows(4000, {.loss = inference::Loss::absolute_error});
  // A few wild errors move absolute errors less than squares.
  for (std::size_t row = 0; row < 4000; row += 100) rows.outputs[0](row, 0) += 15.0F;
  const auto all = base::all_rows(4000);
  const auto absolute = stack_weights(rows, {true, true, true}, all);
  StackRows squared = rows;
  squared.objective = {};
  const auto squares = stack_weights(squared, {true, true, true}, all);
  EXPECT_GT(absolute[0], squares[0] + 0.1);
  EXPECT_LT(stack_loss(rows, absolute, all), stack_loss(rows, squares, all));

  StackRows rates;
  rates.objective.loss = inference::Loss::poisson;
  rates.outputs.assign(2, base::Matrix(3000, 1));
  base::Random random(3);
  for (std::size_t row = 0; row < 3000; ++row) {
    const double logarithm = random.normal();
    rates.targets.push_back(static_cast<float>(std::exp(logarithm)));
    rates.outputs[0](row, 0) = static_cast<float>(logarithm);
    rates.outputs[1](row, 0) = static_cast<float>(random.normal());
  }
  const auto weights = stack_weights(rates, {true, true}, base::all_rows(3000));
  EXPECT_NEAR(weights[0], 1.0, 1e-3);
  EXPECT_NEAR(weights[1], 0.0, 1e-3);
}

// Shares of classes, from 0 to 1, need a weight above 1 to be scores.
TEST(StackWeights, ClassesGetScoresOfSharesAndScores) {
  StackRows rows;
  rows.classes = 3;
  rows.outputs.assign(2, base::Matrix(3000, 3));
  base::Random random(4);
  for (std::size_t row = 0; row < 3000; ++row) {
    const auto own = random.below(3);
    rows.targets.push_back(static_cast<float>(random.below(10) == 0 ? random.below(3) : own));
    for (std::size_t k = 0; k < 3; ++k) {
      rows.outputs[0](row, k) = k == own ? 0.9F : 0.05F;
      rows.outputs[1](row, k) = static_cast<float>(random.normal());
    }
  }
  const auto all = base::all_rows(3000);
  const auto weights = stack_weights(rows, {true, true}, all);
  EXPECT_GT(weights[0], 2.0);
  EXPECT_LT(weights[1], 0.1);
  // The entropy of the labels: 0.9333 and twice 0.0333.
  EXPECT_NEAR(stack_loss(rows, weights, all), 0.291, 0.03);
}

}  // namespace
}  // namespace terse::train
