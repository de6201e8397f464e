#include "terse/boosted/boosting.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "boosted/example_rows.h"
#include "terse/base/random.h"

namespace terse::boosted {
namespace {

// y = 3 [a >= 0.5] + b, and a third input that says nothing.
Rows step_rows(std::size_t count, std::uint64_t seed, double noise = 0.05) {
  base::Random random(seed);
  Rows rows{base::Matrix(count, 3), {}};
  for (std::size_t row = 0; row < count; ++row) {
    for (float& value : rows.inputs.row(row)) value = static_cast<float>(random.uniform());
    const double step = rows.inputs(row, 0) >= 0.5F ? 3.0 : 0.0;
    rows.targets.push_back(static_cast<float>(step + static_cast<double>(rows.inputs(row, 1)) +
                                              noise * random.normal()));
  }
  return rows;
}

// A tree of one split has the closed form of least squares with XGBoost's regularisation
// (lambda 1): leaf = rate * sum(y) / (rows + 1), gain = sum over leaves G^2 / (H + 1) - parent's.
TEST(Boosting, OneSplitIsTheClosedForm) {
  Rows rows{base::Matrix(8, 1), {1, 1, 1, 1, 5, 5, 5, 5}};
  for (std::size_t row = 0; row < 8; ++row) rows.inputs(row, 0) = static_cast<float>(row);
  BoostingOptions options;
  options.rounds_max = 1;
  options.depth_max = 1;
  options.learning_rate = 0.5;
  options.row_share = 1.0;
  options.feature_share = 1.0;
  const Boosted grown = boost(rows.examples(), {}, options);
  ASSERT_EQ(grown.trees.roots.size(), 1U);
  ASSERT_EQ(grown.trees.nodes.size(), 3U);
  const model::decoder::TreeNode& root = grown.trees.nodes[0];
  EXPECT_EQ(root.left, 1U);
  EXPECT_GT(root.value, 3.0F);
  EXPECT_LE(root.value, 4.0F);
  EXPECT_FLOAT_EQ(grown.trees.nodes[1].value, 0.5F * 4.0F / 5.0F);
  EXPECT_FLOAT_EQ(grown.trees.nodes[2].value, 0.5F * 20.0F / 5.0F);
  EXPECT_NEAR(grown.gains[0], 16.0 / 5.0 + 400.0 / 5.0 - 576.0 / 9.0, 1e-4);
  EXPECT_EQ(grown.gains[1], 0.0);
}

// The error XGBoost computed with its own predictions while growing is the one that our walk over
// the arrays gives: not a bit of a prediction differs, or the sums in double would.
TEST(Boosting, WalkingTheArraysIsXgboostsOwnPrediction) {
  const Rows training = step_rows(3000, 1);
  const Rows validation = step_rows(1000, 2);
  const Boosted grown = boost(training.examples(), validation.examples(), {});
  EXPECT_EQ(model::decoder::trees_problem(grown.trees, 3), "");
  EXPECT_EQ(squared_error(grown.trees, validation), grown.validation_error);
}

TEST(Boosting, LearnsAndStopsAtTheLowestValidationError) {
  const Rows training = step_rows(3000, 1, 0.5);
  const Rows validation = step_rows(1000, 2, 0.5);
  BoostingOptions options;
  unsigned rounds = 0;
  options.on_round = [&](unsigned round) { rounds = round + 1; };
  const Boosted grown = boost(training.examples(), validation.examples(), options);
  EXPECT_LT(squared_error(grown.trees, step_rows(1000, 3, 0.0)), 0.05);
  // It went on for as long as patience asks, found nothing better and dropped those trees.
  EXPECT_LT(rounds, options.rounds_max);
  EXPECT_EQ(rounds, grown.trees.roots.size() + options.patience);
  options.on_round = nullptr;
  options.rounds_max = static_cast<unsigned>(grown.trees.roots.size()) / 2;
  EXPECT_GT(boost(training.examples(), validation.examples(), options).validation_error,
            grown.validation_error);
}

TEST(Boosting, GainsPointAtTheInputsThatMatter) {
  const Boosted grown =
      boost(step_rows(3000, 1).examples(), {}, {.rounds_max = 20, .feature_share = 1.0});
  double gains[3] = {};
  for (std::size_t node = 0; node < grown.trees.nodes.size(); ++node) {
    gains[grown.trees.nodes[node].feature] += grown.gains[node];
  }
  EXPECT_GT(gains[0], 10 * gains[1]);
  EXPECT_GT(gains[1], 10 * gains[2]);
}

// Half of the readings say nothing alone: a tree has to be given both.
TEST(Boosting, TwoFeaturesActTogether) {
  base::Random random(9);
  Rows rows{base::Matrix(1000, 2), {}};
  for (std::size_t row = 0; row < 1000; ++row) {
    for (float& value : rows.inputs.row(row)) value = static_cast<float>(random.uniform());
    const bool same = (rows.inputs(row, 0) > 0.3F) == (rows.inputs(row, 1) > 0.6F);
    rows.targets.push_back(same ? 1.0F : -1.0F);
  }
  BoostingOptions options;
  options.rounds_max = 100;
  EXPECT_LT(squared_error(boost(rows.examples(), {}, options).trees, rows), 0.05);
}

// Of classes: softmax of the walk's sums, from which the cross entropy follows that XGBoost
// computed with probabilities of its own.
TEST(Boosting, ScoresOfClassesAreXgboostsOwn) {
  const auto classes_of = [](Rows rows) {
    for (float& target : rows.targets) target = target < 0.7F ? 0.0F : target < 3.5F ? 1.0F : 2.0F;
    return rows;
  };
  const Rows training = classes_of(step_rows(2000, 1));
  const Rows validation = classes_of(step_rows(500, 2));
  std::vector<float> weights(500, 1.0F);
  std::fill(weights.begin(), weights.begin() + 100, 3.0F);
  Examples measured = validation.examples();
  measured.weights = weights;
  BoostingOptions options;
  options.classes = 3;
  options.leaf_weight_min = 1.0;
  const Boosted grown = boost(training.examples(), measured, options);
  EXPECT_EQ(grown.trees.outputs(), 3U);
  EXPECT_EQ(grown.trees.roots.size() % 3, 0U);
  EXPECT_EQ(model::decoder::trees_problem(grown.trees, 3), "");
  double loss = 0.0;
  std::vector<float> scores(3);
  for (std::size_t row = 0; row < 500; ++row) {
    model::decoder::predict(grown.trees, validation.inputs.row(row), scores);
    double sum = 0.0;
    for (const float score : scores) sum += std::exp(static_cast<double>(score));
    const auto own = static_cast<std::size_t>(validation.targets[row]);
    loss -= static_cast<double>(weights[row]) *
            std::log(std::exp(static_cast<double>(scores[own])) / sum);
  }
  EXPECT_NEAR(loss / 700.0, grown.validation_error, 1e-5 * grown.validation_error);
  EXPECT_LT(grown.validation_error, 0.3);
}

// A row that counts twice is a row that is there twice.
TEST(Boosting, WeightsAreRepetitions) {
  const Rows rows = step_rows(200, 4);
  Rows twice{base::Matrix(300, 3), rows.targets};
  std::ranges::copy(rows.inputs.values(), twice.inputs.values().begin());
  std::copy_n(rows.inputs.values().begin(), 300, twice.inputs.values().begin() + 600);
  twice.targets.insert(twice.targets.end(), rows.targets.begin(), rows.targets.begin() + 100);
  std::vector<float> weights(200, 1.0F);
  std::fill(weights.begin(), weights.begin() + 100, 2.0F);
  BoostingOptions options;
  options.rounds_max = 3;
  options.row_share = 1.0;
  options.feature_share = 1.0;
  Examples weighted = rows.examples();
  weighted.weights = weights;
  const Boosted by_weight = boost(weighted, {}, options);
  const Boosted by_row = boost(twice.examples(), {}, options);
  EXPECT_NEAR(squared_error(by_weight.trees, rows), squared_error(by_row.trees, rows), 1e-3);
  EXPECT_GT(std::abs(squared_error(boost(rows.examples(), {}, options).trees, twice) -
                     squared_error(by_row.trees, twice)),
            1e-7);
}

TEST(Boosting, SameSeedSameTrees) {
  const Rows training = step_rows(1000, 1);
  const auto leaves = [&](std::uint64_t seed) {
    BoostingOptions options;
    options.rounds_max = 30;
    options.seed = seed;
    std::vector<float> values;
    for (const auto& node : boost(training.examples(), {}, options).trees.nodes) {
      values.push_back(node.value);
    }
    return values;
  };
  EXPECT_EQ(leaves(5), leaves(5));
  EXPECT_NE(leaves(5), leaves(6));
}

TEST(Boosting, TheCallerMayStopIt) {
  BoostingOptions options;
  options.on_round = [](unsigned round) {
    if (round == 3) throw std::runtime_error("enough");
  };
  EXPECT_THROW(boost(step_rows(100, 1).examples(), {}, options), std::runtime_error);
}

// Two trees by hand: feature 1 is split at 2 by both and once at 0.5, feature 0 by a split without
// gain, feature 2 by none.
TEST(Boosting, SplitPointsAreTheLargestReadingsThatGoLeft) {
  Boosted grown;
  grown.trees.roots = {0, 5};
  const auto split = [](std::uint32_t feature, float value, std::uint32_t left) {
    model::decoder::TreeNode node;
    node.feature = feature;
    node.value = value;
    node.left = left;
    return node;
  };
  grown.trees.nodes = {split(1, 2.0F, 1), split(1, 0.5F, 3), {}, {}, {},
                       split(1, 2.0F, 6), split(0, 7.0F, 8), {}, {}, {}};
  grown.gains = {3.0, 1.5, 0.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0, 0.0};
  const auto points = split_points(grown, 3);
  ASSERT_EQ(points.size(), 3U);
  EXPECT_TRUE(points[0].empty());
  EXPECT_TRUE(points[2].empty());
  ASSERT_EQ(points[1].size(), 2U);
  EXPECT_EQ(points[1][0].threshold, 0.49999997F);  // the float below a half
  EXPECT_EQ(points[1][0].gain, 1.5);
  EXPECT_LT(points[1][1].threshold, 2.0F);
  EXPECT_EQ(std::nextafter(points[1][1].threshold, 3.0F), 2.0F);
  EXPECT_EQ(points[1][1].gain, 7.0);
}

}  // namespace
}  // namespace terse::boosted
