// Energy against sums done by hand; refusals.
#include "terse/airtime/profile.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "terse/base/error.h"

namespace terse::airtime {
namespace {

constexpr const char* complete = R"({"name": "gauge", "source": "measured", "supply_volts": 3.0,
    "battery_milliampere_hours": 1000, "usable_share": 0.5, "sleep_microamperes": 2,
    "transmit_milliamperes": 40, "receive_milliamperes": 10, "receive_seconds": 0.1,
    "message_millijoules": 5, "byte_millijoules": 0.25})";

std::string refusal(const std::string& text) {
  try {
    parse_profile(text, "gauge.json");
  } catch (const base::InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Profile, IsReadFromJson) {
  const Profile profile = parse_profile(complete, "gauge.json");
  EXPECT_EQ(profile.name, "gauge");
  EXPECT_EQ(profile.battery_milliampere_hours, 1000.0);
  EXPECT_EQ(profile.byte_millijoules, 0.25);
}

TEST(Profile, RefusesWhatItDoesNotUnderstand) {
  std::string text = complete;
  EXPECT_NE(refusal("[1]").find("gauge.json: is not a JSON object"), std::string::npos);
  EXPECT_NE(refusal("{").find("is not a JSON object"), std::string::npos);
  EXPECT_NE(refusal("{}").find("field 'supply_volts'"), std::string::npos);
  EXPECT_NE(refusal(R"({"supply_volts": "3"})").find("is not a number"), std::string::npos);
  EXPECT_NE(refusal(R"({"supply_volts": -3})").find("-3 is out of range"), std::string::npos);
  EXPECT_NE(refusal(R"({"name": 3})").find("is not a string"), std::string::npos);
  text.replace(text.find("byte_"), 5, "bite_");
  EXPECT_NE(refusal(text).find("'bite_millijoules' is unknown"), std::string::npos);
  EXPECT_THROW(profile_of("no such profile"), base::InputError);
}

TEST(Profile, BuiltInOnesCallThemselvesExamples) {
  for (const Profile& profile : built_in_profiles()) {
    EXPECT_EQ(profile.source.rfind("example: ", 0), 0U);
    EXPECT_EQ(profile_of(profile.name).transmit_milliamperes, profile.transmit_milliamperes);
  }
}

TEST(MessageJoules, AddSendingListeningAndTheRest) {
  const Profile profile = parse_profile(complete, "gauge.json");
  // One frame: 0.164864 s at 40 mA, 0.1 s at 10 mA, 3 V, and 5 mJ.
  EXPECT_NEAR(message_joules(profile, radio_of("lorawan-eu868-dr3"), 0).value(),
              3.0 * (0.164864 * 0.040 + 0.1 * 0.010) + 0.005, 1e-12);
  // Two frames listen twice.
  const double seconds = sending(radio_of("lorawan-eu868-dr3"), 200).seconds.value();
  EXPECT_NEAR(message_joules(profile, radio_of("lorawan-eu868-dr3"), 200).value(),
              3.0 * (seconds * 0.040 + 0.2 * 0.010) + 0.005, 1e-12);
}

TEST(MessageJoules, AreTheProfilesOnCellularRadios) {
  Profile profile = parse_profile(complete, "gauge.json");
  EXPECT_NEAR(message_joules(profile, radio_of("nb-iot"), 100).value(), 0.030, 1e-12);
  profile.message_millijoules = 0.0;
  EXPECT_FALSE(message_joules(profile, radio_of("nb-iot"), 100).has_value());
}

TEST(MessageJoules, AreForTheProfilesRadiosOnly) {
  const Profile profile = profile_of("sx1276-13dbm");
  EXPECT_TRUE(message_joules(profile, radio_of("lorawan-us915-dr0"), 2).has_value());
  EXPECT_FALSE(message_joules(profile, radio_of("ble-advertising"), 2).has_value());
}

TEST(BatteryDays, FollowFromCapacityAndDraw) {
  Profile profile = parse_profile(complete, "gauge.json");
  // Half of 1 Ah at 3 V is 5400 J; asleep 6 uW, and 0.06 J every 1000 s are 60 uW.
  EXPECT_NEAR(battery_days(profile, 0.06, 1000.0), 5400.0 / 66e-6 / 86400.0, 1e-6);
  profile.sleep_microamperes = 0.0;
  EXPECT_TRUE(std::isinf(battery_days(profile, 0.0, 60.0)));
}

}  // namespace
}  // namespace terse::airtime
