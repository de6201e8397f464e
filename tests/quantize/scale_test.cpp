#include "terse/quantize/scale.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "terse/base/random.h"

namespace terse::quantize {
namespace {

TEST(ScaleKind, NamesReadBack) {
  for (const auto kind : {ScaleKind::automatic, ScaleKind::linear, ScaleKind::normal,
                          ScaleKind::half, ScaleKind::log}) {
    EXPECT_EQ(parse_scale_kind(name(kind)), kind);
  }
  EXPECT_EQ(name(ScaleKind::automatic), "auto");
  EXPECT_EQ(parse_scale_kind("Log"), std::nullopt);
  EXPECT_EQ(parse_scale_kind(""), std::nullopt);
}

TEST(Scale, IsStraightBetweenKnotsAndLevelOutside) {
  const Scale scale{{{-2.0F, -1.0}, {0.0F, 0.0}, {10.0F, 0.5}, {1e30F, 3.0}}};
  EXPECT_EQ(scale.scaled(-1e38F), -1.0F);
  EXPECT_EQ(scale.scaled(-2.0F), -1.0F);
  EXPECT_EQ(scale.scaled(-0.5F), -0.25F);
  EXPECT_EQ(scale.scaled(0.0F), 0.0F);
  EXPECT_EQ(scale.scaled(4.0F), 0.2F);
  EXPECT_EQ(scale.scaled(10.0F), 0.5F);
  EXPECT_EQ(scale.scaled(5e29F), 1.75F);
  EXPECT_EQ(scale.scaled(1e30F), 3.0F);
  EXPECT_EQ(scale.scaled(std::numeric_limits<float>::max()), 3.0F);
  EXPECT_TRUE(std::isnan(scale.scaled(std::nanf(""))));
}

// Folding bisects over all float32, so that not one pair of neighbours may be out of order.
TEST(Scale, NeverDescendsWhateverTheKnots) {
  base::Random random(11);
  for (int round = 0; round < 300; ++round) {
    Scale scale;
    double value = random.normal();
    float reading = std::bit_cast<float>(static_cast<std::uint32_t>(random.below(1U << 30)));
    if (round % 3 == 0) reading = -1e3F;
    for (int k = 0; k < 6; ++k) {
      scale.knots.push_back({reading, value});
      const auto step = std::pow(10.0, 12.0 * random.uniform() - 8.0);
      const auto next = static_cast<float>(static_cast<double>(reading) +
                                           std::abs(static_cast<double>(reading)) * step);
      reading = next > reading ? next : std::nextafter(reading, 3e38F);
      if (k % 2 == 0) value += random.uniform() * std::pow(10.0, -6.0 * random.uniform());
    }
    for (const Knot& knot : scale.knots) {
      float near = knot.reading;
      for (int step = 0; step < 40; ++step) near = std::nextafter(near, -3e38F);
      float before = scale.scaled(near);
      for (int step = 0; step < 80; ++step) {
        near = std::nextafter(near, 3e38F);
        const float now = scale.scaled(near);
        ASSERT_GE(now, before);
        before = now;
      }
    }
  }
}

}  // namespace
}  // namespace terse::quantize
