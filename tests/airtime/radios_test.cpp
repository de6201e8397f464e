#include "terse/airtime/radios.h"

#include <gtest/gtest.h>

#include <set>

#include "terse/base/error.h"

namespace terse::airtime {
namespace {

TEST(Radios, HaveNamesOfTheirOwnAndRoomForAPayload) {
  std::set<std::string_view> ids;
  for (const Radio& radio : radios()) {
    EXPECT_TRUE(ids.insert(radio.id).second) << radio.id;
    EXPECT_GT(radio.payload_bytes_max, 0U);
    EXPECT_EQ(&radio_of(radio.id), &radio);
  }
  for (const char* zone : {"1", "2", "3", "4", "5", "6", "7"}) {
    EXPECT_TRUE(ids.contains(std::string("sigfox-rc") + zone)) << zone;
  }
}

TEST(PayloadLimit, IsTheRegions) {
  EXPECT_EQ(payload_limit("lorawan-us915-dr0"), 11U);
  EXPECT_EQ(payload_limit("lorawan-eu868-dr0"), 51U);
  EXPECT_EQ(payload_limit("lorawan-as923-dr3"), 53U);
  EXPECT_EQ(payload_limit("lorawan-cn470-dr1"), 23U);
  EXPECT_EQ(payload_limit("lorawan-eu868-dr9"), 115U);
  EXPECT_EQ(payload_limit("sigfox-rc1"), 12U);
}

TEST(PayloadLimit, NamesWhatThereIs) {
  try {
    payload_limit("lorawan-mars-dr0");
    FAIL() << "no exception";
  } catch (const base::InputError& error) {
    EXPECT_NE(std::string(error.what()).find("'lorawan-mars-dr0'"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("lorawan-us915-dr0"), std::string::npos);
  }
}

}  // namespace
}  // namespace terse::airtime
