// Against the time of whole fragments that papers give, and bits counted one by one.
#include "terse/airtime/lr_fhss.h"

#include <gtest/gtest.h>

#include <cmath>

namespace terse::airtime {
namespace {

constexpr LrFhssSettings third{3, 1, 3};
constexpr LrFhssSettings two_thirds{2, 2, 3};

/// Boquet et al., "LR-FHSS: Overview and Performance Analysis", IEEE Communications Magazine 59(3),
/// 2021: headers of 233.472 ms, fragments of 102.4 ms that hold 2 bytes at rate 1/3 and 4 at 2/3.
double with_whole_fragments(std::size_t bytes, const LrFhssSettings& settings) {
  const double held = settings.headers == 3 ? 2.0 : 4.0;
  return settings.headers * 0.233472 +
         std::ceil((static_cast<double>(bytes) + 3.0) / held) * 0.1024;
}

TEST(LrFhssSeconds, ArePapersLessWhatTheLastFragmentLeavesOut) {
  for (const LrFhssSettings& settings : {third, two_thirds}) {
    for (std::size_t bytes = 1; bytes <= 128; ++bytes) {
      const double seconds = lr_fhss_seconds(bytes, settings);
      const double upper = with_whole_fragments(bytes, settings);
      EXPECT_LE(seconds, upper + 1e-12) << bytes;
      EXPECT_GT(seconds, upper - 0.1024) << bytes;
    }
  }
}

TEST(LrFhssSeconds, AreThoseOfCountedBits) {
  // 23 bytes at 1/3: 8 * 25 + 6 = 206 bits become 618: 12 fragments of 50 and one of 42 + 2;
  // 342 of headers.
  EXPECT_NEAR(lr_fhss_seconds(23, third), (342 + 600 + 44) / 488.28125, 1e-12);
  // At 2/3 309: 6 fragments of 50 and one of 21 + 2; 228 of headers.
  EXPECT_NEAR(lr_fhss_seconds(23, two_thirds), (228 + 300 + 23) / 488.28125, 1e-12);
}

}  // namespace
}  // namespace terse::airtime
