#include "terse/quantize/midway.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "terse/base/random.h"

namespace terse::quantize {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

base::Matrix column(std::initializer_list<float> values) {
  base::Matrix result(values.size(), 1);
  std::ranges::copy(values, result.values().begin());
  return result;
}

Thresholds thresholds(std::initializer_list<float> values) {
  Thresholds result;
  result.add_feature(std::vector<float>(values));
  return result;
}

TEST(Midway, StandsBetweenTheNeighbours) {
  const std::vector<float> distinct = {0.0F, 1.0F, 4.0F};
  EXPECT_EQ(midway(0.99F, distinct), 0.5F);
  EXPECT_EQ(midway(0.0F, distinct), 0.5F);
  EXPECT_EQ(midway(1.0F, distinct), 2.5F);
  EXPECT_EQ(midway(-0.1F, distinct), -infinity);
  EXPECT_EQ(midway(4.0F, distinct), infinity);
  // The largest floats have a middle, and neighbouring ones the lower of the two.
  const std::vector<float> far = {-3.4e38F, 3.4e38F};
  EXPECT_EQ(midway(1.0F, far), 0.0F);
  const std::vector<float> near = {1.0F, std::nextafter(1.0F, 2.0F)};
  EXPECT_EQ(midway(1.0F, near), 1.0F);
}

TEST(Midway, NoTrainingReadingChangesItsCode) {
  base::Random random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<float> readings(1 + random.below(30));
    for (float& reading : readings) {
      reading = static_cast<float>(random.below(2) == 0 ? random.normal() : random.below(4));
    }
    const std::vector<float> distinct = distinct_readings(readings);
    for (int i = 0; i < 20; ++i) {
      const auto threshold = i % 2 == 0 ? static_cast<float>(2.0 * random.normal())
                                        : readings[random.below(readings.size())];
      const float moved = midway(threshold, distinct);
      for (const float reading : readings) ASSERT_EQ(reading > threshold, reading > moved);
    }
  }
}

TEST(Midway, DistinctReadingsAreAscendingWithoutGaps) {
  EXPECT_EQ(distinct_readings({3.0F, std::nanf(""), 1.0F, 3.0F, -0.0F, 0.0F}).size(), 3U);
  EXPECT_TRUE(distinct_readings({std::nanf("")}).empty());
}

TEST(Midway, StartsHaveOneThresholdInEachInterval) {
  const base::Matrix rows = column({0, 0, 0, 1, 5, 5});
  EXPECT_EQ(midway(thresholds({0.9F, 0.95F}), rows).values, (std::vector<float>{0.5F, 3.0F}));
  // More intervals than thresholds: each moves in its own, or into the nearest.
  EXPECT_EQ(midway(thresholds({1.0F}), rows).values, std::vector<float>{3.0F});
  EXPECT_EQ(midway(thresholds({7.0F}), rows).values, std::vector<float>{3.0F});
  EXPECT_EQ(midway(thresholds({-7.0F}), rows).values, std::vector<float>{0.5F});
  EXPECT_TRUE(midway(thresholds({}), rows).values.empty());
}

TEST(Midway, NoMoreLevelsThanReadings) {
  base::Matrix rows(4, 3);
  for (std::size_t r = 0; r < 4; ++r) {
    rows(r, 0) = static_cast<float>(r % 2);
    rows(r, 1) = 7.0F;
    rows(r, 2) = static_cast<float>(r);
  }
  const std::size_t levels[] = {16, 16, 3};
  EXPECT_EQ(levels_in_use(levels, rows), (std::vector<std::size_t>{2, 1, 3}));
}

}  // namespace
}  // namespace terse::quantize
