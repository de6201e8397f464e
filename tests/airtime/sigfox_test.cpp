#include "terse/airtime/sigfox.h"

#include <gtest/gtest.h>

namespace terse::airtime {
namespace {

TEST(Sigfox, FramesHoldOneFourEightOrTwelveBytes) {
  // Frame bytes 15, 18, 22, 26: preamble 19 bits and type 13, flags 4 and counter 12, device 32,
  // payload, authentication 16 (where the payload fills it) and checksum 16.
  const std::size_t expected[] = {15, 15, 18, 18, 18, 22, 22, 22, 22, 26, 26, 26, 26};
  for (std::size_t bytes = 0; bytes <= 12; ++bytes) {
    EXPECT_EQ(sigfox_frame_bytes(bytes), expected[bytes]) << bytes;
  }
}

TEST(Sigfox, TimesAreThePublishedOnes) {
  EXPECT_NEAR(sigfox_seconds(12, 100.0), 6.24, 1e-12);  // 2.08 s a frame, three times
  EXPECT_NEAR(sigfox_seconds(12, 600.0), 1.04, 1e-12);
}

}  // namespace
}  // namespace terse::airtime
