#include "terse/quantize/schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace terse::quantize {
namespace {

std::vector<float> course(Schedule schedule, unsigned epochs, double end) {
  std::vector<float> result;
  for (unsigned epoch = 0; epoch < epochs; ++epoch) {
    result.push_back(temperature(schedule, epoch, epochs, end));
  }
  return result;
}

void expect_course(Schedule schedule, double end, const std::vector<double>& expected) {
  const auto values = course(schedule, static_cast<unsigned>(expected.size()), end);
  for (std::size_t epoch = 0; epoch < expected.size(); ++epoch) {
    EXPECT_NEAR(values[epoch], expected[epoch], 1e-7) << name(schedule) << ", epoch " << epoch;
  }
}

TEST(Schedule, NamesReadBack) {
  for (const char* text : {"exponential", "linear", "warmup", "cosine", "cyclical"}) {
    const auto schedule = parse_schedule(text);
    ASSERT_TRUE(schedule.has_value()) << text;
    EXPECT_EQ(name(*schedule), text);
  }
  EXPECT_FALSE(parse_schedule("Linear").has_value());
  EXPECT_FALSE(parse_schedule("").has_value());
}

TEST(Schedule, ExponentialMultipliesByTheSameFactorAfterEachEpoch) {
  const double factor = std::pow(1e-3, 1.0 / 50);
  double expected = 1;
  for (unsigned epoch = 0; epoch < 50; ++epoch) {
    EXPECT_NEAR(temperature(Schedule::exponential, epoch, 50, 1e-3), expected, 1e-6 * expected);
    expected *= factor;
  }
}

TEST(Schedule, LinearFallsByEqualSteps) {
  expect_course(Schedule::linear, 0.2, {1, 0.8, 0.6, 0.4, 0.2});
}

TEST(Schedule, WarmupWaitsForHalfTheTraining) {
  expect_course(Schedule::warmup, 0.4, {1, 1, 1, 1, 0.8, 0.6, 0.4});
}

TEST(Schedule, CosineIsHalfAPeriod) {
  const double root = std::sqrt(0.5);
  expect_course(Schedule::cosine, 0.2, {1, 0.6 + 0.4 * root, 0.6, 0.6 - 0.4 * root, 0.2});
}

TEST(Schedule, CyclicalGoesDownUpDown) {
  expect_course(Schedule::cyclical, 0.2, {1, 0.6, 0.2, 0.6, 1, 0.6, 0.2});
}

TEST(Schedule, EveryOneStartsAtOneAndNeverRises) {
  for (const auto schedule :
       {Schedule::exponential, Schedule::linear, Schedule::warmup, Schedule::cosine}) {
    const auto values = course(schedule, 30, 1e-3);
    EXPECT_EQ(values[0], 1.0F) << name(schedule);
    EXPECT_TRUE(std::is_sorted(values.rbegin(), values.rend())) << name(schedule);
  }
  EXPECT_EQ(temperature(Schedule::cyclical, 0, 30, 1e-3), 1.0F);
}

TEST(Schedule, NothingFallsBelowTheFloor) {
  for (const auto schedule : {Schedule::exponential, Schedule::linear, Schedule::warmup,
                              Schedule::cosine, Schedule::cyclical}) {
    EXPECT_EQ(temperature(schedule, 69, 70, 1e-9), temperature_floor) << name(schedule);
    EXPECT_EQ(temperature(schedule, 0, 1, 1e-9), 1.0F) << name(schedule);
  }
  EXPECT_DEATH(temperature(Schedule::linear, 5, 5, 1e-3), "epoch");
}

}  // namespace
}  // namespace terse::quantize
