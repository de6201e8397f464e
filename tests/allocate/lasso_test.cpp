#include "terse/allocate/lasso.h"

#include <gtest/gtest.h>

#include <cmath>

#include "allocate/example_table.h"
#include "terse/base/error.h"

namespace terse::allocate {
namespace {

std::vector<double> step(const LevelTable& table, std::size_t feature, std::size_t level) {
  std::vector<double> values;
  const std::size_t row = table.first_row(feature) + level;
  for (std::size_t u = 0; u < table.units(); ++u) {
    values.push_back(static_cast<double>(table.rows(row, u)) -
                     static_cast<double>(table.rows(row - 1, u)));
  }
  return values;
}

double norm(const std::vector<double>& values) {
  double squares = 0.0;
  for (const double value : values) squares += value * value;
  return std::sqrt(squares);
}

// The proximal step minimises ||x - step||^2 / 2 + less ||x||: its derivative there is zero.
TEST(ShorterSteps, SolveTheLassosProximalProblem) {
  const LevelTable table = level_table(example_parameters());
  double sum = 0.0;
  for (const auto& [feature, levels] : {std::pair<std::size_t, std::size_t>{0, 3}, {2, 4}}) {
    for (std::size_t k = 1; k < levels; ++k) sum += norm(step(table, feature, k));
  }
  const double less = sum / 5.0;
  const LevelTable shorter = with_shorter_steps(table, 1.0);
  std::size_t gone = 0;
  for (const auto& [feature, levels] : {std::pair<std::size_t, std::size_t>{0, 3}, {2, 4}}) {
    for (std::size_t k = 1; k < levels; ++k) {
      const auto before = step(table, feature, k);
      const auto after = step(shorter, feature, k);
      if (norm(before) <= less) {
        EXPECT_NEAR(norm(after), 0.0, 1e-6);
        ++gone;
        continue;
      }
      for (std::size_t u = 0; u < before.size(); ++u) {
        EXPECT_NEAR(after[u] - before[u] + less * after[u] / norm(after), 0.0, 1e-5);
      }
    }
  }
  EXPECT_GT(gone, 0U);
  EXPECT_LT(gone, 5U);
  EXPECT_EQ(with_shorter_steps(table, 0.0).rows.values()[7], table.rows.values()[7]);
}

TEST(StepNorms, ShortestGoFirst) {
  LevelTable table = level_table(example_parameters());
  const std::size_t first = table.first_row(2);
  // Steps of norm 2, 0.5 and 3.
  const float sums[] = {0.0F, 1.0F, 1.25F, 2.75F};
  for (std::size_t k = 0; k < 4; ++k) {
    for (std::size_t u = 0; u < 4; ++u) table.rows(first + k, u) = sums[k];
  }
  const auto merges = step_norms(table);
  ASSERT_EQ(merges.size(), 3U);
  EXPECT_TRUE(merges[1].empty());
  ASSERT_EQ(merges[2].size(), 3U);
  EXPECT_EQ(merges[2][0].groups, (LevelGroups{0, 1, 1, 2}));
  EXPECT_EQ(merges[2][1].groups, (LevelGroups{0, 0, 0, 1}));
  EXPECT_EQ(merges[2][2].groups, (LevelGroups{0, 0, 0, 0}));
  EXPECT_DOUBLE_EQ(merges[2][0].loss_rise, 0.5);
  EXPECT_DOUBLE_EQ(merges[2][1].loss_rise, 2.5);
  EXPECT_DOUBLE_EQ(merges[2][2].loss_rise, 5.5);
  EXPECT_EQ(merges[2][2].levels, 1U);
}

TEST(StepNorms, AreForNumbersAlone) {
  EXPECT_THROW(step_norms(example_special_table()), base::InputError);
  EXPECT_THROW(with_shorter_steps(example_special_table(), 0.1), base::InputError);
}

}  // namespace
}  // namespace terse::allocate
