#include "terse/airtime/bluetooth.h"

#include <gtest/gtest.h>

namespace terse::airtime {
namespace {

TEST(Bluetooth, TimesAreThoseOfTheStandard) {
  // An advertisement with all 31 bytes takes 376 microseconds, on each of three channels.
  EXPECT_NEAR(advertising_seconds(24), 3 * 376e-6, 1e-12);
  EXPECT_NEAR(notification_seconds(20), 296e-6, 1e-12);
  EXPECT_EQ(advertising_bytes(24), 47U);
  EXPECT_EQ(notification_bytes(20), 37U);
}

}  // namespace
}  // namespace terse::airtime
