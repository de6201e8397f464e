#include "terse/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace terse::base {
namespace {

// The known answers published with the generator (Salmon et al., Random123's kat_vectors,
// philox4x32 with 10 rounds).
TEST(Philox, KnownAnswers) {
  using Words = std::array<std::uint32_t, 4>;
  EXPECT_EQ(philox(0, 0, 0), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr std::uint64_t ones = UINT64_MAX;
  EXPECT_EQ(philox(ones, ones, ones), (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox(0x299f31d0a4093822, 0x85a308d3243f6a88, 0x0370734413198a2e),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, SameSeedSameSequenceOtherStreamAnother) {
  Random first(5);
  Random second(5);
  Random other(5, 1);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const std::uint32_t value = first.next();
    EXPECT_EQ(value, second.next());
    differs = differs || value != other.next();
  }
  EXPECT_TRUE(differs);
}

// Bounds of four standard errors.
TEST(Random, UniformAndNormalHaveTheirMoments) {
  constexpr int count = 200000;
  Random random(1);
  double sum = 0.0;
  double squares = 0.0;
  for (int i = 0; i < count; ++i) {
    const double value = random.uniform();
    ASSERT_GE(value, 0.0);
    ASSERT_LT(value, 1.0);
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / count, 0.5, 4.0 * std::sqrt(1.0 / 12.0 / count));
  EXPECT_NEAR(squares / count, 1.0 / 3.0, 4.0 * std::sqrt(4.0 / 45.0 / count));
  sum = squares = 0.0;
  double fourths = 0.0;
  for (int i = 0; i < count; ++i) {
    const double value = random.normal();
    sum += value;
    squares += value * value;
    fourths += value * value * value * value;
  }
  EXPECT_NEAR(sum / count, 0.0, 4.0 / std::sqrt(count));
  EXPECT_NEAR(squares / count, 1.0, 4.0 * std::sqrt(2.0 / count));
  EXPECT_NEAR(fourths / count, 3.0, 4.0 * std::sqrt(96.0 / count));
}

TEST(Random, BelowIsUniformWithinItsBound) {
  Random random(2);
  constexpr int count = 70000;
  std::map<std::uint64_t, int> seen;
  for (int i = 0; i < count; ++i) ++seen[random.below(7)];
  ASSERT_EQ(seen.size(), 7U);
  for (const auto& [value, times] : seen) {
    EXPECT_LT(value, 7U);
    EXPECT_NEAR(times, count / 7.0, 4.0 * std::sqrt(count * 6.0 / 49.0));
  }
  for (int i = 0; i < 100; ++i) EXPECT_EQ(random.below(1), 0U);
}

TEST(Random, ShuffleGivesEveryOrderEquallyOften) {
  Random random(3);
  constexpr int count = 24000;
  std::map<std::vector<int>, int> seen;
  for (int i = 0; i < count; ++i) {
    std::vector<int> values = {1, 2, 3, 4};
    random.shuffle(values);
    ++seen[values];
  }
  EXPECT_EQ(seen.size(), 24U);
  for (const auto& [order, times] : seen) {
    EXPECT_NEAR(times, count / 24.0, 4.0 * std::sqrt(count / 24.0));
  }
}

}  // namespace
}  // namespace terse::base
