#include "terse/train/order_check.h"

#include <gtest/gtest.h>

#include <cmath>

#include "terse/base/random.h"
#include "terse/train/observer.h"

namespace terse::train {
namespace {

// y = sin(2 a) + b / 2 + drift * (row / rows) * (3 + a) + noise, heavy in the tail if asked for.
data::Table table_of(std::size_t rows, double drift, std::uint64_t seed, bool heavy = false) {
  base::Random random(seed);
  data::Table table;
  table.source = "some";
  table.feature_names = {"a", "b", "c"};
  table.features = base::Matrix(rows, 3);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t f = 0; f < 3; ++f) {
      table.features(row, f) = static_cast<float>(random.normal());
    }
    const auto a = static_cast<double>(table.features(row, 0));
    const auto b = static_cast<double>(table.features(row, 1));
    double noise = 0.5 * random.normal();
    if (heavy) noise = noise * noise * noise * 4.0;
    const double time = static_cast<double>(row) / static_cast<double>(rows);
    table.target.push_back(
        static_cast<float>(std::sin(2 * a) + b / 2 + drift * time * (3 + a) + noise));
  }
  return table;
}

TEST(OrderCheck, SeesDrift) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const auto check = order_check(table_of(1500, 1.5, seed), seed);
    ASSERT_TRUE(check.has_value());
    EXPECT_TRUE(check->order_matters) << check->ratio();
    EXPECT_GT(check->ratio(), 1.2);
    EXPECT_GT(check->at_least, 1.0);
    EXPECT_LE(check->at_least, check->ratio());
  }
}

// A reading that grows with time, and past some of it the classes change places.
TEST(OrderCheck, SeesDriftOfClasses) {
  data::Table table = table_of(1500, 0.0, 3);
  for (std::size_t row = 0; row < 1500; ++row) {
    table.features(row, 2) = static_cast<float>(row);
    const bool high = table.features(row, 1) > 0.0F;
    table.target[row] = high == (row < 1150) ? 1.0F : 0.0F;
  }
  table.classes = {"low", "high"};
  EXPECT_TRUE(order_check(table, 3)->order_matters);
}

// Shuffled rows: at most one false alarm in 120 tables, whatever the size and the tail.
TEST(OrderCheck, IsSilentOnShuffledRows) {
  int alarms = 0;
  double mean = 0.0;
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    const std::size_t rows = seed % 3 == 0 ? 200 : seed % 3 == 1 ? 400 : 900;
    const auto check = order_check(table_of(rows, 0.0, 100 + seed, seed % 2 == 1), seed);
    ASSERT_TRUE(check.has_value());
    alarms += check->order_matters ? 1 : 0;
    mean += std::log(check->ratio()) / 120;
  }
  EXPECT_LE(alarms, 1);
  // Neither way is favoured.
  EXPECT_NEAR(mean, 0.0, 0.02);
}

// Rows at the end that are hard however they are predicted do not count.
TEST(OrderCheck, HardRowsAreNoDrift) {
  data::Table table = table_of(1500, 0.0, 4);
  base::Random random(5);
  for (std::size_t row = 1200; row < 1500; ++row) {
    table.target[row] += static_cast<float>(2.0 * random.normal());
  }
  EXPECT_FALSE(order_check(table, 4)->order_matters);
}

TEST(OrderCheck, TheSameSeedGivesTheSame) {
  const data::Table table = table_of(3000, 0.3, 6);
  const auto first = order_check(table, 1);
  const auto second = order_check(table, 1);
  EXPECT_EQ(first->last, second->last);
  EXPECT_EQ(first->random, second->random);
  EXPECT_EQ(first->at_least, second->at_least);
}

TEST(OrderCheck, FewRowsSayNothingAndAskingStops) {
  EXPECT_FALSE(order_check(table_of(199, 3.0, 1), 1).has_value());
  const std::atomic<bool> stop{true};
  EXPECT_THROW(order_check(table_of(300, 0.0, 1), 1, &stop), Interrupted);
}

}  // namespace
}  // namespace terse::train
