#include "terse/allocate/task.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace terse::allocate {
namespace {

TEST(Task, ANumberIsJudgedBySquares) {
  const Task task;
  EXPECT_EQ(task.outputs(), 1U);
  EXPECT_DOUBLE_EQ(task.loss(std::vector<float>{2.0F}, 0.5F), 2.25);
  EXPECT_DOUBLE_EQ(task.shift(std::vector<float>{2.0F}, std::vector<float>{-1.0F}), 9.0);
}

TEST(Task, ClassesAreJudgedByCrossEntropy) {
  const Task task{.classes = 3, .class_weights = {1.0F, 1.0F, 4.0F}};
  const std::vector<float> scores = {0.0F, std::log(2.0F), std::log(5.0F)};  // 1/8, 2/8, 5/8
  EXPECT_NEAR(task.loss(scores, 0.0F), std::log(8.0), 1e-6);
  EXPECT_NEAR(task.loss(scores, 2.0F), 4.0 * std::log(8.0 / 5.0), 1e-6);
  const std::vector<float> even = {7.0F, 7.0F, 7.0F};
  const double divergence =
      0.125 * std::log(0.375) + 0.25 * std::log(0.75) + 0.625 * std::log(1.875);
  EXPECT_NEAR(task.shift(scores, even), divergence, 1e-6);
  EXPECT_NEAR(task.shift(scores, scores), 0.0, 1e-12);
}

TEST(Task, LargeScoresDoNotOverflow) {
  const Task task{.classes = 2, .class_weights = {}};
  EXPECT_NEAR(task.loss(std::vector<float>{1000.0F, 0.0F}, 1.0F), 1000.0, 1e-3);
}

TEST(Task, IsThatOfTheTable) {
  data::Table table;
  EXPECT_EQ(task_of(table, {}, {}).classes, 0U);
  table.classes = {"a", "b"};
  train::Preparation prepared;
  prepared.class_weights = {2.0F, 0.5F};
  EXPECT_EQ(task_of(table, prepared, {}).outputs(), 2U);
  EXPECT_EQ(task_of(table, prepared, {}).class_weights, prepared.class_weights);
}

}  // namespace
}  // namespace terse::allocate
