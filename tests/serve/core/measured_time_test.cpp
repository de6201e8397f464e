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

TEST(MeasuredTime, InstantsOfNetworkServers) {
  EXPECT_EQ(read_instant("2026-11-30T04:53:20Z"), 1796014400000);
  EXPECT_EQ(read_instant("2026-11-30t04:53:20.787z"), 1796014400787);
  EXPECT_EQ(read_instant("2026-11-30T04:53:20.787999999+00:00"), 1796014400787);
  EXPECT_EQ(read_instant("2026-11-30T06:23:20+01:30"), 1796014400000);
  EXPECT_EQ(read_instant("2026-11-29T23:53:20-05:00"), 1796014400000);
  EXPECT_EQ(read_instant("2016-12-31T23:59:60Z"), read_instant("2017-01-01T00:00:00Z"));
  for (const char* none :
       {"", "2026-11-30", "2026-11-30T04:53:20", "2026-11-30T04:53Z", "2026-13-30T04:53:20Z",
        "2026-02-30T04:53:20Z", "2026-11-30T24:53:20Z", "2026-11-30T04:60:20Z",
        "2026-11-30T04:53:61Z", "2026-11-30T04:53:20.Z", "2026-11-30T04:53:20.1234567890Z",
        "2026-11-30T04:53:20Z ", "2026-11-30T04:53:20+0100", "2026-11-30T04:53:20+24:00",
        "1970-01-01T00:00:00Z", "-026-11-30T04:53:20Z", "2026-11-30T04:53:20+01:00x", "0000"}) {
    EXPECT_EQ(read_instant(none), std::nullopt) << none;
  }
}

}  // namespace
}  // namespace terse::serve::core
