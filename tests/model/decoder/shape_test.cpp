#include "terse/model/decoder/shape.h"

#include <gtest/gtest.h>

namespace terse::model::decoder {
namespace {

TEST(Output, OfANumberIsOneInItsUnit) {
  const Output output = Number{20.5, 3.0};
  EXPECT_EQ(count(output), 1U);
  EXPECT_EQ(scale(output).mean, 20.5);
  EXPECT_EQ(scale(output).deviation, 3.0);
}

TEST(Output, OfClassesIsAScoreEach) {
  const Output output = Classes{{"on", "off", "unknown"}};
  EXPECT_EQ(count(output), 3U);
  EXPECT_EQ(scale(output).mean, 0.0);
  EXPECT_EQ(scale(output).deviation, 1.0);
}

}  // namespace
}  // namespace terse::model::decoder
