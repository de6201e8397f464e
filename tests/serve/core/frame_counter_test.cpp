#include "terse/serve/core/frame_counter.h"

#include <gtest/gtest.h>

namespace terse::serve::core {
namespace {

TEST(FrameCounter, OneNumberIsOneCounter) {
  EXPECT_EQ(read_counter("1"), 1U);
  EXPECT_EQ(read_counter("01"), 1U);
  EXPECT_EQ(read_counter("0"), 0U);
  EXPECT_EQ(read_counter("9223372036854775807"), 9223372036854775807U);
  for (const char* none : {"", "+1", "-1", " 1", "1 ", "1.0", "1e3", "0x1", "a",
                           "9223372036854775808", "99999999999999999999999"}) {
    EXPECT_EQ(read_counter(none), std::nullopt) << none;
  }
}

}  // namespace
}  // namespace terse::serve::core
