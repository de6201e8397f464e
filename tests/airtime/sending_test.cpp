// Frames, times and the shortest interval against hand counts.
#include "terse/airtime/sending.h"

#include <gtest/gtest.h>

#include "terse/airtime/radios.h"

namespace terse::airtime {
namespace {

Sending sent_on(const char* id, std::size_t bytes, const char* network = "standard") {
  return sending(radio_of(id), bytes, {.network = network_of(network)});
}

TEST(Sending, CountsFramesAndAddsTheirTimes) {
  const char* radio = "lorawan-eu868-dr3";
  const Sending one = sent_on(radio, 41);
  EXPECT_EQ(one.frames, 1U);
  EXPECT_EQ(one.bytes, 54U);
  EXPECT_NEAR(one.seconds.value(), 0.349184, 1e-9);
  EXPECT_NEAR(one.interval_seconds_min, 34.9184, 1e-9);
  const Sending two = sent_on(radio, 162);  // 81 features as int16: 115 and 47 bytes
  EXPECT_EQ(two.frames, 2U);
  EXPECT_EQ(two.bytes, 162U + 26U);
  EXPECT_NEAR(two.seconds.value(),
              sent_on(radio, 115).seconds.value() + sent_on(radio, 47).seconds.value(), 1e-12);
  EXPECT_NEAR(two.seconds.value(), 1.047, 0.0005);
  EXPECT_EQ(sent_on(radio, 115).frames, 1U);
  EXPECT_EQ(sent_on(radio, 116).frames, 2U);
  EXPECT_EQ(sent_on(radio, 0).frames, 1U);
}

TEST(Sending, HopsWhereTheDataRateDoes) {
  // 10 bytes in 23, counted in lr_fhss_test.cpp.
  EXPECT_NEAR(sent_on("lorawan-eu868-dr8", 10).seconds.value(), 986 / 488.28125, 1e-12);
  EXPECT_NEAR(sent_on("lorawan-us915-dr6", 10).seconds.value(), 551 / 488.28125, 1e-12);
}

TEST(Sending, KnowsSigfox) {
  const Sending full = sent_on("sigfox-rc1", 12);
  EXPECT_NEAR(full.seconds.value(), 6.24, 1e-12);
  EXPECT_NEAR(full.interval_seconds_min, 624.0, 1e-9);  // 1 %
  EXPECT_EQ(full.bytes, 26U);
  const Sending small = sent_on("sigfox-rc1", 1);
  EXPECT_NEAR(small.interval_seconds_min, 86400.0 / 140.0, 1e-9);
  EXPECT_EQ(small.interval_rule, "the contract of 140 messages a day");
  EXPECT_NEAR(sent_on("sigfox-rc6", 24).interval_seconds_min, 2 * 86400.0 / 140.0, 1e-9);
  EXPECT_NEAR(sent_on("sigfox-rc2", 12).seconds.value(), 1.04, 1e-12);
}

TEST(Sending, KeepsFairUseOnTheThingsNetwork) {
  const Sending alone = sent_on("lorawan-us915-dr0", 11);
  EXPECT_EQ(alone.interval_seconds_min, 0.0);
  EXPECT_EQ(alone.interval_rule, "");
  const Sending fair = sent_on("lorawan-us915-dr0", 11, "ttn");
  EXPECT_NEAR(fair.interval_seconds_min, fair.seconds.value() * 2880.0, 1e-9);
  EXPECT_EQ(fair.interval_rule, "fair use of The Things Network, 30 s a day,");
  // 30 s a day are stricter than 1 % (864 s a day).
  EXPECT_NEAR(sent_on("lorawan-eu868-dr5", 4, "ttn").interval_seconds_min, 0.051456 * 2880.0, 1e-9);
  EXPECT_EQ(sent_on("sigfox-rc1", 12, "ttn").interval_rule, "a duty cycle of 1 %");
}

TEST(Sending, PromisesNoTimeOnCellularRadiosButCountsEnvelopes) {
  for (const char* id : {"nb-iot", "lte-m"}) {
    const Sending sent =
        sending(radio_of(id), 300, {.envelope = {.carrier = Carrier::coaps_short}});
    EXPECT_FALSE(sent.seconds.has_value());
    EXPECT_EQ(sent.frames, 1U);
    EXPECT_EQ(sent.interval_seconds_min, 0.0);
    EXPECT_EQ(sent.bytes, 300U + 20 + 8 + 29 + 7);
    EXPECT_EQ(sending(radio_of(id), 1201, {.envelope = {.carrier = Carrier::udp}}).bytes,
              1201U + 2 * 28);
  }
}

TEST(ListeningSeconds, AreTheWindowsOfTheDataRate) {
  const auto listening = [](const char* id, const char* network) {
    const Radio& radio = radio_of(id);
    return listening_seconds(radio, sending(radio, 4), network_of(network), 8.0);
  };
  // 8 symbols at SF7 (1.024 ms) and 8 at SF12 (32.768 ms).
  EXPECT_NEAR(listening("lorawan-eu868-dr5", "standard"), 8 * (0.001024 + 0.032768), 1e-12);
  EXPECT_NEAR(listening("lorawan-eu868-dr5", "ttn"), 8 * (0.001024 + 0.004096), 1e-12);
  EXPECT_NEAR(listening("lorawan-eu868-dr0", "standard"), 16 * 0.032768, 1e-12);
  EXPECT_NEAR(listening("lorawan-us915-dr0", "standard"), 8 * (0.002048 + 0.008192), 1e-12);
  EXPECT_NEAR(listening("lorawan-au915-dr7", "standard"), 8 * (0.004096 + 0.008192), 1e-12);
  EXPECT_EQ(listening("sigfox-rc1", "standard"), 0.0);
  const Radio& radio = radio_of("lorawan-us915-dr0");
  EXPECT_NEAR(listening_seconds(radio, sending(radio, 22), standard_network(), 8.0),
              2 * 8 * (0.002048 + 0.008192), 1e-12);
}

}  // namespace
}  // namespace terse::airtime
