// Limits against the rules they come from; times against hand counts.
#include "terse/airtime/radio.h"

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
}

TEST(PayloadLimit, IsTheRegions) {
  EXPECT_EQ(payload_limit("lorawan-us915-dr0"), 11U);
  EXPECT_EQ(payload_limit("lorawan-eu868-dr0"), 51U);
  EXPECT_EQ(payload_limit("lorawan-as923-dr3"), 53U);
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

// The limits of payload follow from the longest time a frame may take: what is allowed fits, and
// three bytes more would not (the rules leave one or two to a frame's options).
TEST(PayloadLimit, KeepsTheDwellTime) {
  for (const Radio& radio : radios()) {
    if (radio.dwell_seconds_max == 0.0) continue;
    EXPECT_LE(sending(radio, radio.payload_bytes_max).seconds.value(), radio.dwell_seconds_max)
        << radio.id;
    if (radio.payload_bytes_max == 242) continue;  // there the frame's length is what limits
    EXPECT_GT(lora_seconds(radio.payload_bytes_max + 13 + 3, radio.lora), radio.dwell_seconds_max)
        << radio.id;
  }
}

TEST(Sending, CountsFramesAndAddsTheirTimes) {
  const Radio& radio = radio_of("lorawan-eu868-dr3");
  const Sending one = sending(radio, 41);
  EXPECT_EQ(one.frames, 1U);
  EXPECT_NEAR(one.seconds.value(), 0.349184, 1e-9);
  EXPECT_NEAR(one.interval_seconds_min, 34.9184, 1e-9);
  const Sending two = sending(radio, 162);  // 81 features as int16: 115 and 47 bytes
  EXPECT_EQ(two.frames, 2U);
  EXPECT_NEAR(two.seconds.value(),
              sending(radio, 115).seconds.value() + sending(radio, 47).seconds.value(), 1e-12);
  EXPECT_NEAR(two.seconds.value(), 1.047, 0.0005);
  EXPECT_EQ(sending(radio, 115).frames, 1U);
  EXPECT_EQ(sending(radio, 116).frames, 2U);
  EXPECT_EQ(sending(radio, 0).frames, 1U);
}

TEST(Sending, KnowsSigfox) {
  const Sending full = sending(radio_of("sigfox-rc1"), 12);
  EXPECT_NEAR(full.seconds.value(), 6.24, 1e-12);  // 26 bytes at 100 bit/s, three times
  EXPECT_NEAR(full.interval_seconds_min, 86400.0 / 140.0, 1e-9);
  EXPECT_NEAR(sending(radio_of("sigfox-rc1"), 9).seconds.value(), 6.24, 1e-12);
  EXPECT_NEAR(sending(radio_of("sigfox-rc1"), 24).interval_seconds_min, 2 * 86400.0 / 140.0, 1e-9);
}

TEST(Sending, KnowsBluetooth) {
  // An advertisement with all 31 bytes takes 376 microseconds, on each of three channels.
  EXPECT_NEAR(sending(radio_of("ble-advertising"), 24).seconds.value(), 3 * 376e-6, 1e-12);
  EXPECT_NEAR(sending(radio_of("ble-notification"), 20).seconds.value(), 296e-6, 1e-12);
}

TEST(Sending, PromisesNoTimeOnCellularRadios) {
  for (const char* id : {"nb-iot", "lte-m"}) {
    const Sending sent = sending(radio_of(id), 300);
    EXPECT_FALSE(sent.seconds.has_value());
    EXPECT_EQ(sent.frames, 1U);
    EXPECT_EQ(sent.interval_seconds_min, 0.0);
  }
}

}  // namespace
}  // namespace terse::airtime
