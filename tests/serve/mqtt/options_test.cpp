#include "terse/serve/mqtt/options.h"

#include <gtest/gtest.h>

#include "terse/base/error.h"

namespace terse::serve::mqtt {
namespace {

TEST(MqttOptions, Addresses) {
  const MqttOptions plain = parse_mqtt_url("mqtt://broker");
  EXPECT_EQ(plain.host, "broker");
  EXPECT_EQ(plain.port, 1883);
  EXPECT_FALSE(plain.secure);
  const MqttOptions secure = parse_mqtt_url("mqtts://app@tenant@eu1.example.org/");
  EXPECT_EQ(secure.user, "app@tenant");
  EXPECT_EQ(secure.host, "eu1.example.org");
  EXPECT_EQ(secure.port, 8883);
  EXPECT_TRUE(secure.secure);
  const MqttOptions six = parse_mqtt_url("mqtt://[::1]:1884");
  EXPECT_EQ(six.host, "::1");
  EXPECT_EQ(six.port, 1884);
  EXPECT_EQ(parse_mqtt_url("mqtt://[::1]").port, 1883);
}

TEST(MqttOptions, WhatIsNoAddress) {
  for (const char* url : {"", "broker", "http://broker", "mqtt://", "mqtt://:1883", "mqtt://h:x",
                          "mqtt://user:secret@host", "mqtt://user@"}) {
    EXPECT_THROW(parse_mqtt_url(url), base::InputError) << url;
  }
}

TEST(MqttOptions, Contradictions) {
  MqttOptions good;
  good.client_id = "terse-1";
  EXPECT_NO_THROW(check(good));
  const auto refused = [&](auto change) {
    MqttOptions bad = good;
    change(bad);
    EXPECT_THROW(check(bad), base::InputError);
  };
  refused([](MqttOptions& bad) { bad.prefix = "a/#"; });
  refused([](MqttOptions& bad) { bad.prefix = ""; });
  refused([](MqttOptions& bad) { bad.share = "a/b"; });
  refused([](MqttOptions& bad) { bad.results = "r/+"; });
  refused([](MqttOptions& bad) { bad.results = "terse/up"; });
  refused([](MqttOptions& bad) { bad.results = "terse/up/results"; });
  refused([](MqttOptions& bad) { bad.protocol_version = 3; });
  refused([](MqttOptions& bad) { bad.client_id = ""; });
  refused([](MqttOptions& bad) {
    bad.protocol_version = 4;
    bad.session_minutes = 5;
  });
  good.results = "terse/upper";
  EXPECT_NO_THROW(check(good));
}

TEST(MqttOptions, TheSessionOfAServerInAGroupIsShort) {
  MqttOptions options;
  EXPECT_EQ(session_minutes(options), 7U * 24 * 60);
  options.share = "group";
  EXPECT_EQ(session_minutes(options), 10U);
  options.session_minutes = 0;
  EXPECT_EQ(session_minutes(options), 0U);
}

}  // namespace
}  // namespace terse::serve::mqtt
