#include "terse/allocate/allocate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "terse/base/error.h"
#include "terse/base/random.h"
#include "terse/data/frame.h"
#include "terse/data/split.h"

namespace terse::allocate {
namespace {

class AllocateTest : public testing::Test {
 protected:
  AllocateTest() {
    table_ = data::select(data::read_frame("fried:4000", {}), {.target = "y"});
    split_ = data::random_split(table_.rows(), 0.1, 1);
    training_.bits = 3;
    training_.hidden = {32, 32};
    training_.epochs = 20;
    training_.batch_rows = 128;
    training_.learning_rate = 3e-3;
    training_.seed = 1;
    options_.folds = 2;
  }

  data::Table table_;
  data::Split split_;
  train::Options training_;
  AllocateOptions options_;
};

TEST_F(AllocateTest, OnePointPerBudgetAndBitsWhereTheyCount) {
  options_.budgets = {24, 16};
  options_.full_precision = true;
  const Curve found = curve(table_, split_.train, training_, options_);
  ASSERT_EQ(found.points.size(), 2U);
  for (std::size_t p = 0; p < 2; ++p) {
    const CurvePoint& point = found.points[p];
    EXPECT_EQ(point.budgets, std::vector<double>{options_.budgets[p]});
    EXPECT_LE(point.bits, options_.budgets[p] + 1e-9);
    EXPECT_GT(point.bits, options_.budgets[p] - 2.5);
    EXPECT_EQ(point.losses.rows.size(), split_.train.size());
    EXPECT_EQ(point.losses.fold_rows, (std::vector<std::size_t>{1800, 1800}));
    EXPECT_LT(point.losses.mean(), 0.5);
    EXPECT_LT(found.reference.losses.mean(), point.losses.mean());
  }
  EXPECT_EQ(found.reference.losses.fold_rows, found.points[0].losses.fold_rows);
  EXPECT_EQ(found.budgets_left, 0U);
  // Five of the ten features are noise: they may get few of the bits.
  const auto& levels = found.points[1].levels;
  for (std::size_t f = 0; f < 5; ++f) EXPECT_GT(levels[f], 1U) << f;
  EXPECT_LT(information_bits(std::span(levels).subspan(5)), 2.5);
}

TEST_F(AllocateTest, StopsWhereItIsTold) {
  options_.budgets = {24, 16, 8};
  training_.epochs = 2;
  const Curve found = curve(table_, split_.train, training_, options_, {},
                            [](const Curve& so_far) { return so_far.points.size() == 2; });
  EXPECT_EQ(found.points.size(), 2U);
  EXPECT_EQ(found.budgets_left, 1U);
  EXPECT_TRUE(found.reference.losses.rows.empty());
}

// Budgets above what the levels at the start need, and one between two messages.
TEST_F(AllocateTest, BudgetsThatGetTheSameMessageAreOnePoint) {
  options_.budgets = {200, 100, 50, 16, 15.999};
  training_.epochs = 2;
  std::size_t asked = 0;
  const Curve found = curve(table_, split_.train, training_, options_, {}, [&](const Curve&) {
    ++asked;
    return false;
  });
  ASSERT_EQ(found.points.size(), asked);
  EXPECT_EQ(found.points[0].budgets, (std::vector<double>{200, 100, 50}));
  for (std::size_t p = 1; p < found.points.size(); ++p) {
    EXPECT_NE(found.points[p].levels, found.points[p - 1].levels);
  }
  std::size_t budgets = 0;
  for (const CurvePoint& point : found.points) budgets += point.budgets.size();
  EXPECT_EQ(budgets, options_.budgets.size());
  EXPECT_EQ(found.budgets_left, 0U);
}

TEST_F(AllocateTest, RefusesWhatCannotBe) {
  options_.budgets = {0};
  EXPECT_THROW(curve(table_, split_.train, training_, options_), base::InputError);
}

TEST(Budgets, AreWholeBytesDownToOne) {
  const auto budgets = byte_budgets(81 * 4.0);
  EXPECT_EQ(budgets.front(), 328.0);
  EXPECT_EQ(budgets.back(), 8.0);
  EXPECT_EQ(budgets[budgets.size() - 16], 128.0);
  EXPECT_TRUE(std::ranges::is_sorted(budgets, std::greater<>()));
  EXPECT_EQ(byte_budgets(3.0), (std::vector<double>{8.0}));
}

TEST(Knee, IsWhereTheCurveBends) {
  std::vector<CurvePoint> points;
  // 1 / bits from 40 to 4: farthest below the chord at sqrt(40 * 4) = 12.6.
  for (const double bits : {40.0, 32.0, 24.0, 16.0, 12.0, 8.0, 4.0}) {
    points.push_back({});
    points.back().bits = bits;
    points.back().losses.rows = {1.0 / bits};
  }
  EXPECT_EQ(knee(points), 4U);
  EXPECT_EQ(knee(std::span(points).first(2)), std::nullopt);
  EXPECT_EQ(knee({}), std::nullopt);
}

TEST(Knee, IsNotWhereNothingBends) {
  const auto curve = [](const std::vector<double>& losses) {
    std::vector<CurvePoint> points;
    for (std::size_t i = 0; i < losses.size(); ++i) {
      points.push_back({});
      points.back().bits = 40.0 - 10.0 * static_cast<double>(i);
      points.back().losses.rows = {losses[i]};
    }
    return points;
  };
  EXPECT_EQ(knee(curve({1, 1, 1, 1})), std::nullopt);    // flat
  EXPECT_EQ(knee(curve({1, 3, 3.5, 4})), std::nullopt);  // above the line everywhere
  EXPECT_EQ(knee(curve({4, 3, 2, 1})), std::nullopt);    // smaller is better
  EXPECT_EQ(knee(curve({1, 1, 1, 4})), 2U);
}

}  // namespace
}  // namespace terse::allocate
