#include "terse/airtime/profile.h"

#include <gtest/gtest.h>

#include <string>

#include "terse/base/error.h"

namespace terse::airtime {
namespace {

constexpr const char* complete = R"({"name": "gauge", "source": "measured", "supply_volts": 3.0,
    "battery_milliampere_hours": 1000, "usable_share": 0.5, "sleep_microamperes": 2,
    "transmit_milliamperes": 40, "receive_milliamperes": 10, "receive_seconds": 0.1,
    "self_discharge_percent": 3, "message_millijoules": 5, "byte_millijoules": 0.25})";

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
  EXPECT_EQ(profile.receive_seconds, 0.1);
  EXPECT_EQ(profile.self_discharge_percent, 3.0);
}

TEST(Profile, SaysNothingOfListeningUnlessItDoes) {
  const Profile profile = parse_profile(
      R"({"supply_volts": 3, "battery_milliampere_hours": 1, "sleep_microamperes": 0,
          "transmit_milliamperes": 1})",
      "short.json");
  EXPECT_FALSE(profile.receive_seconds.has_value());
  EXPECT_EQ(profile.receive_symbols, 8.0);
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

}  // namespace
}  // namespace terse::airtime
