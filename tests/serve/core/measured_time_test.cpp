#include "terse/serve/core/measured_time.h"

#include <gtest/gtest.h>

namespace terse::serve::core {
namespace {

TEST(MeasuredTime, IsSecondsWithThreeDigitsKept) {
  EXPECT_EQ(read_measured_time("1796000000"), 1796000000000);
  EXPECT_EQ(read_measured_time("1796000000.5"), 1796000000500);
  EXPECT_EQ(read_measured_time("1796000000.123999"), 1796000000123);
  EXPECT_EQ(read_measured_time("253402300799.999"), 253402300799999);
  for (const char* none :
       {"", "0", "100", "-1796000000", "1796000000.", ".5", "1.796e9", "1796000000000",
        "1796000000.1234567890", "1796000000.-1", "2026-11-30T00:00:00Z"}) {
    EXPECT_EQ(read_measured_time(none), std::nullopt) << none;
  }
}

}  // namespace
}  // namespace terse::serve::core
