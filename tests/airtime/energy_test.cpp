// Energy and days against sums done by hand.
#include "terse/airtime/energy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "terse/airtime/radios.h"

namespace terse::airtime {
namespace {

constexpr const char* complete = R"({"name": "gauge", "source": "measured", "supply_volts": 3.0,
    "battery_milliampere_hours": 1000, "usable_share": 0.5, "sleep_microamperes": 2,
    "self_discharge_percent": 0, "transmit_milliamperes": 40, "receive_milliamperes": 10,
    "receive_seconds": 0.1, "message_millijoules": 5, "byte_millijoules": 0.25})";

std::optional<double> joules(const Profile& profile, const char* id, std::size_t bytes,
                             const char* network = "standard") {
  const Radio& radio = radio_of(id);
  const Network& run_by = network_of(network);
  return message_joules(profile, radio, sending(radio, bytes, {.network = run_by}), run_by);
}

TEST(MessageJoules, AddSendingListeningAndTheRest) {
  const Profile profile = parse_profile(complete, "gauge.json");
  // One frame: 0.164864 s at 40 mA, 0.1 s at 10 mA, 3 V, and 5 mJ.
  EXPECT_NEAR(joules(profile, "lorawan-eu868-dr3", 0).value(),
              3.0 * (0.164864 * 0.040 + 0.1 * 0.010) + 0.005, 1e-12);
  // Two frames listen twice.
  const double seconds = sending(radio_of("lorawan-eu868-dr3"), 200).seconds.value();
  EXPECT_NEAR(joules(profile, "lorawan-eu868-dr3", 200).value(),
              3.0 * (seconds * 0.040 + 0.2 * 0.010) + 0.005, 1e-12);
}

// Of 4 bytes at +13 dBm: 3.3 V x (time x 29 mA + 8 symbols of each window x 10.8 mA).
TEST(MessageJoules, ListenAtTheDataRate) {
  const Profile profile = profile_of("sx1276-13dbm");
  EXPECT_NEAR(joules(profile, "lorawan-eu868-dr5", 4).value(), 14.6e-3, 0.05e-3);
  EXPECT_NEAR(joules(profile, "lorawan-eu868-dr3", 4).value(), 26.3e-3, 0.05e-3);
  EXPECT_NEAR(joules(profile, "lorawan-eu868-dr0", 4).value(), 144.9e-3, 0.05e-3);
  // The Things Network listens at SF9: a twentieth of SF12.
  EXPECT_NEAR(joules(profile, "lorawan-eu868-dr5", 4, "ttn").value(),
              3.3 * (0.051456 * 0.029 + 8 * (0.001024 + 0.004096) * 0.0108), 1e-9);
}

TEST(MessageJoules, CountEveryByteThatACellularRadioSends) {
  Profile profile = parse_profile(complete, "gauge.json");
  const Radio& radio = radio_of("nb-iot");
  const Sending bare = sending(radio, 100, {.envelope = {.carrier = Carrier::none}});
  EXPECT_NEAR(message_joules(profile, radio, bare).value(), 0.005 + 100 * 0.25e-3, 1e-12);
  const Sending inside = sending(radio, 100, {.envelope = {.carrier = Carrier::udp}});
  EXPECT_NEAR(message_joules(profile, radio, inside).value(), 0.005 + 128 * 0.25e-3, 1e-12);
  profile.message_millijoules = 0.0;
  EXPECT_FALSE(message_joules(profile, radio, bare).has_value());
}

TEST(MessageJoules, AreForTheProfilesRadiosOnly) {
  const Profile profile = profile_of("sx1276-13dbm");
  EXPECT_TRUE(joules(profile, "lorawan-us915-dr0", 2).has_value());
  EXPECT_FALSE(joules(profile, "ble-advertising", 2).has_value());
}

TEST(BatteryDays, FollowFromCapacityAndDraw) {
  Profile profile = parse_profile(complete, "gauge.json");
  // Half of 1 Ah at 3 V is 5400 J; asleep 6 uW, and 0.06 J every 1000 s are 60 uW.
  EXPECT_NEAR(battery_days(profile, 0.06, 1000.0), 5400.0 / 66e-6 / 86400.0, 1e-6);
  profile.sleep_microamperes = 0.0;
  EXPECT_TRUE(std::isinf(battery_days(profile, 0.0, 60.0)));
}

TEST(BatteryDays, AreCappedByTheBatterysOwnDischarge) {
  Profile profile = parse_profile(complete, "gauge.json");
  profile.self_discharge_percent = 5.0;
  profile.sleep_microamperes = 0.0;
  // Half of the capacity at 5 % a year: ten years.
  EXPECT_NEAR(battery_days(profile, 0.0, 60.0), 3652.5, 1e-9);
  EXPECT_LT(battery_days(profile, 0.06, 1000.0), 3652.5);
  // Two drains together: the rates add up.
  profile.sleep_microamperes = 2.0;
  const double alone = 5400.0 / 66e-6 / 86400.0;
  EXPECT_NEAR(battery_days(profile, 0.06, 1000.0), 1.0 / (1.0 / alone + 1.0 / 3652.5), 1e-6);
  // What nobody says is capped, too.
  EXPECT_LT(battery_days(profile_of("sx1276-13dbm"), 1e-9, 1e9), 0.8 / 0.02 * 365.25 + 1.0);
}

}  // namespace
}  // namespace terse::airtime
