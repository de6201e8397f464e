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
    EXPECT_EQ(point.budget, options_.budgets[p]);
    EXPECT_LE(point.bits, point.budget + 1e-9);
    EXPECT_GT(point.bits, point.budget - 2.5);
    EXPECT_EQ(point.losses.rows.size(), split_.train.size());
    EXPECT_LT(point.losses.mean(), 0.5);
    EXPECT_LT(found.reference.losses.mean(), point.losses.mean());
  }
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
  EXPECT_TRUE(found.reference.losses.rows.empty());
}

TEST_F(AllocateTest, RefusesWhatCannotBe) {
  options_.budgets = {0};
  EXPECT_THROW(curve(table_, split_.train, training_, options_), base::InputError);
}

TEST(Within, IsAOneSidedPairedTest) {
  // Differences 0.1 + noise: mean 0.1, standard deviation of the mean 1 / sqrt(n).
  base::Random random(3);
  const auto losses = [&](std::size_t rows) {
    ValidationLosses worse;
    ValidationLosses reference;
    for (std::size_t r = 0; r < rows; ++r) {
      const double noise = r % 2 == 0 ? 1.0 : -1.0;
      reference.rows.push_back(3.0 + random.uniform());
      worse.rows.push_back(reference.rows.back() + 0.1 + noise);
    }
    return std::pair(worse, reference);
  };
  // t = 0.1 sqrt(n): 1.0 with 100 rows, 2.0 with 400.
  const auto [few, few_reference] = losses(100);
  EXPECT_TRUE(within(few, few_reference, 0.0));
  const auto [many, many_reference] = losses(400);
  EXPECT_FALSE(within(many, many_reference, 0.0));
  EXPECT_TRUE(within(many_reference, many, 0.0));
  // 2 % of 3.5 are 0.07: what is left is far from significant.
  EXPECT_TRUE(within(many, many_reference, 2.0));
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
  EXPECT_EQ(knee(std::span(points).first(2)), 0U);
}

}  // namespace
}  // namespace terse::allocate
