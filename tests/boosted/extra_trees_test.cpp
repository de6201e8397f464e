#include "terse/boosted/extra_trees.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "boosted/example_rows.h"
#include "terse/base/random.h"

namespace terse::boosted {
namespace {

// Codes 0 to 7 of three features; y = 3 [a > 3] + b, a class of it, or a count.
Rows some_rows(std::size_t count, std::uint64_t seed) {
  base::Random random(seed);
  Rows rows{base::Matrix(count, 3), {}};
  for (std::size_t row = 0; row < count; ++row) {
    for (float& code : rows.inputs.row(row)) code = static_cast<float>(random.below(8));
    const float step = rows.inputs(row, 0) > 3.0F ? 3.0F : 0.0F;
    rows.targets.push_back(step + rows.inputs(row, 1) + static_cast<float>(0.05 * random.normal()));
  }
  return rows;
}

TEST(ExtraTrees, LearnNumbersAndMayBeWalked) {
  const Rows rows = some_rows(1500, 1);
  ExtraTreesOptions options;
  options.trees = 20;
  const auto trees = extra_trees(rows.examples(), options);
  EXPECT_EQ(trees.roots.size(), 20U);
  EXPECT_EQ(model::decoder::trees_problem(trees, 3), "");
  EXPECT_LT(squared_error(trees, some_rows(500, 2)), 0.1);
  const auto few = first_of_mean(trees, 20, 5);
  EXPECT_EQ(few.roots.size(), 5U);
  EXPECT_EQ(model::decoder::trees_problem(few, 3), "");
  EXPECT_LT(squared_error(few, some_rows(500, 2)), 0.15);
}

TEST(ExtraTrees, SameSeedSameBitsWhateverTheThreads) {
  const Rows rows = some_rows(800, 3);
  ExtraTreesOptions options;
  options.trees = 7;
  const auto bytes = [&](unsigned threads, std::uint64_t seed) {
    options.threads = threads;
    options.seed = seed;
    std::vector<float> all;
    for (const auto& tensor : extra_trees(rows.examples(), options).nodes) {
      all.insert(all.end(), {static_cast<float>(tensor.feature), tensor.value,
                             static_cast<float>(tensor.left)});
    }
    return all;
  };
  EXPECT_EQ(bytes(1, 0), bytes(3, 0));
  EXPECT_NE(bytes(1, 0), bytes(1, 1));
}

// A row that counts twice is the same as two rows; one of weight 0 is not there.
TEST(ExtraTrees, WeightsCountRows) {
  Rows rows = some_rows(300, 4);
  Rows twice = rows;
  rows.weights.assign(300, 1.0F);
  for (std::size_t row = 0; row < 300; row += 2) rows.weights[row] = row % 4 == 0 ? 2.0F : 0.0F;
  base::Matrix inputs(300, 3);
  Rows counted{inputs, {}};
  std::size_t at = 0;
  for (std::size_t row = 0; row < 300; ++row) {
    for (int copy = 0; copy < static_cast<int>(rows.weights[row]); ++copy) {
      for (std::size_t f = 0; f < 3; ++f) counted.inputs(at, f) = rows.inputs(row, f);
      counted.targets.push_back(rows.targets[row]);
      ++at;
    }
  }
  ASSERT_EQ(at, 300U);
  ExtraTreesOptions options;
  options.trees = 3;
  const auto weighted = extra_trees(rows.examples(), options);
  const auto repeated = extra_trees(counted.examples(), options);
  ASSERT_EQ(weighted.nodes.size(), repeated.nodes.size());
  EXPECT_NEAR(squared_error(weighted, twice), squared_error(repeated, twice), 1e-5);
}

TEST(ExtraTrees, LeavesSayClassesAndRates) {
  Rows rows = some_rows(1200, 5);
  Rows classes = rows;
  for (float& target : classes.targets) target = target < 3.0F ? 0.0F : target < 6.0F ? 1.0F : 2.0F;
  ExtraTreesOptions options;
  options.trees = 10;
  options.classes = 3;
  options.leaf = Leaf::share_of_classes;
  const auto shares = extra_trees(classes.examples(), options);
  EXPECT_EQ(shares.roots.size(), 30U);
  EXPECT_EQ(model::decoder::trees_problem(shares, 3), "");
  std::vector<float> outputs(3);
  std::size_t hits = 0;
  for (std::size_t row = 0; row < 1200; ++row) {
    model::decoder::predict(shares, classes.inputs.row(row), outputs);
    EXPECT_NEAR(outputs[0] + outputs[1] + outputs[2], 1.0F, 1e-4F);
    const auto best = std::max_element(outputs.begin(), outputs.end()) - outputs.begin();
    hits += static_cast<float>(best) == classes.targets[row] ? 1 : 0;
  }
  EXPECT_GT(hits, 1100U);

  rows = some_rows(8000, 7);
  for (float& target : rows.targets) target = std::max(0.0F, target);
  options = {};
  options.trees = 10;
  options.leaf = Leaf::logarithm;
  const auto rates = extra_trees(rows.examples(), options);
  const float inputs[] = {7.0F, 5.0F, 3.0F};
  EXPECT_NEAR(std::exp(model::decoder::predict(rates, inputs)), 8.0F, 1.5F);
}

TEST(ExtraTrees, StopWhenAskedAndRefuseNothing) {
  Rows rows = some_rows(100, 6);
  ExtraTreesOptions options;
  options.threads = 2;
  options.on_tree = [](unsigned tree) {
    if (tree >= 4) throw std::runtime_error("stop");
  };
  EXPECT_THROW(extra_trees(rows.examples(), options), std::runtime_error);
  rows.weights.assign(100, 0.0F);
  EXPECT_THROW(extra_trees(rows.examples(), {}), std::runtime_error);
}

}  // namespace
}  // namespace terse::boosted
