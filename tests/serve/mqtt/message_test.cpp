#include "terse/serve/mqtt/message.h"

#include <gtest/gtest.h>

namespace terse::serve::mqtt {
namespace {

std::vector<std::uint8_t> bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

std::vector<core::Uplink> plain(const std::string& topic, const std::string& payload,
                                const std::string& content_type = "",
                                std::optional<std::string> counter = {}) {
  return read_mqtt_message({topic, bytes_of(payload), content_type, std::move(counter)},
                           MqttFormat::plain, "terse/up");
}

TEST(MqttMessage, PlainTopicsNameModelDeviceAndCounter) {
  auto uplinks = plain("terse/up/pump/dev 1", "ab");
  ASSERT_EQ(uplinks.size(), 1U);
  EXPECT_EQ(uplinks[0].model, "pump");
  EXPECT_EQ(uplinks[0].device, "dev 1");
  EXPECT_EQ(uplinks[0].payload, bytes_of("ab"));
  EXPECT_FALSE(uplinks[0].key);
  EXPECT_EQ(uplinks[0].problem, "");
  EXPECT_EQ(plain("terse/up/pump/d/17", "ab")[0].key, "17");
  EXPECT_EQ(plain("terse/up/pump/d", "ab", "", "18")[0].key, "18");
  EXPECT_EQ(plain("terse/up/pump/d/17", "ab", "", "18")[0].key, "17");
}

TEST(MqttMessage, JsonIsABatchLikeOverHttp) {
  const auto uplinks =
      plain("terse/up/pump/gateway",
            R"([{"hex":"0a","counter":1},{"device":"other","base64":"Cg=="}])", "application/json");
  ASSERT_EQ(uplinks.size(), 2U);
  EXPECT_EQ(uplinks[0].device, "gateway");
  EXPECT_EQ(uplinks[0].counter, 1U);
  EXPECT_EQ(uplinks[1].device, "other");
  EXPECT_EQ(uplinks[1].payload, (std::vector<std::uint8_t>{10}));
  // Without the content type the text is a payload of bytes.
  EXPECT_EQ(plain("terse/up/pump/d", "[]")[0].payload, bytes_of("[]"));
}

TEST(MqttMessage, WhatCannotBeReadKeepsItsBytesAndAReason) {
  for (const char* topic : {"terse/up/pump", "terse/up", "terse/up/", "terse/up//d", "terse/up/m/",
                            "terse/up/m/d/", "terse/up/m/d/1/2", "other/m/d"}) {
    const auto uplinks = plain(topic, "ab");
    ASSERT_EQ(uplinks.size(), 1U) << topic;
    EXPECT_NE(uplinks[0].problem.find("terse/up/MODEL/DEVICE"), std::string::npos) << topic;
    EXPECT_EQ(uplinks[0].payload, bytes_of("ab")) << topic;
    EXPECT_FALSE(uplinks[0].device.empty()) << topic;
  }
  const auto bad = plain("terse/up/pump/d", "{", "application/json");
  ASSERT_EQ(bad.size(), 1U);
  EXPECT_NE(bad[0].problem, "");
}

TEST(MqttMessage, NetworkServers) {
  const std::string things_stack =
      R"({"end_device_ids":{"device_id":"d","dev_addr":"0A"},"uplink_message":{"f_port":1}})";
  const auto first = read_mqtt_message({"v3/a@t/devices/d/up", bytes_of(things_stack), "", {}},
                                       MqttFormat::things_stack, "");
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].device, "d");
  EXPECT_EQ(first[0].session, "0A");
  EXPECT_EQ(first[0].counter, 0U);
  const std::string join = R"({"deviceInfo":{"devEui":"0101010101010101"},"devAddr":"00"})";
  EXPECT_TRUE(read_mqtt_message({"application/1/device/2/event/join", bytes_of(join), "", {}},
                                MqttFormat::chirpstack, "")
                  .empty());
  const auto bad = read_mqtt_message({"application/1/device/2/event/up", bytes_of("no"), "", {}},
                                     MqttFormat::chirpstack, "");
  ASSERT_EQ(bad.size(), 1U);
  EXPECT_NE(bad[0].problem, "");
}

TEST(MqttMessage, Filters) {
  EXPECT_EQ(mqtt_topic_filter(MqttFormat::plain, "a/b"), "a/b/#");
  EXPECT_EQ(mqtt_topic_filter(MqttFormat::things_stack, ""), "v3/+/devices/+/up");
  EXPECT_EQ(mqtt_topic_filter(MqttFormat::chirpstack, ""), "application/+/device/+/event/up");
  EXPECT_EQ(parse_mqtt_format("chirpstack"), MqttFormat::chirpstack);
  EXPECT_FALSE(parse_mqtt_format("ChirpStack"));
  EXPECT_EQ(as_topic("a/b+c#\n"), "a/b_c__");
}

}  // namespace
}  // namespace terse::serve::mqtt
