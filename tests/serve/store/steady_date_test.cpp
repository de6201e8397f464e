#include "terse/serve/store/steady_date.h"

#include <gtest/gtest.h>

namespace terse::serve::store {
namespace {

constexpr std::int64_t hour = 3'600'000;

TEST(SteadyDate, FollowsTheClockOfTheWall) {
  SteadyDate date;
  EXPECT_EQ(date.now_ms(1'000'000, 10), 1'000'000);
  EXPECT_EQ(date.now_ms(1'060'000, 60'010), 1'060'000);
  EXPECT_EQ(date.now_ms(1'000, 70'000), 1'000) << "also back";
}

TEST(SteadyDate, AJumpAheadIsBelievedAfterADay) {
  SteadyDate date;
  date.now_ms(0, 0);
  EXPECT_EQ(date.now_ms(1000 * hour, hour), hour);
  EXPECT_EQ(date.now_ms(1020 * hour, 21 * hour), 21 * hour);
  EXPECT_EQ(date.now_ms(22 * hour, 22 * hour), 22 * hour) << "it was a mistake";
  EXPECT_EQ(date.now_ms(1023 * hour, 24 * hour), 24 * hour) << "again: another day";
  EXPECT_EQ(date.now_ms(1047 * hour, 48 * hour), 1047 * hour);
}

}  // namespace
}  // namespace terse::serve::store
