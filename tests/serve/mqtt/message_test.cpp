#include "terse/serve/mqtt/message.h"

#include <gtest/gtest.h>

namespace terse::serve::mqtt {
namespace {

std::vector<std::uint8_t> bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

std::vector<core::Uplink> read(MqttMessage message) {
  return read_mqtt_message(message, MqttFormat::plain, "terse/up");
}

std::vector<core::Uplink> plain(const std::string& topic, const std::string& payload,
                                const std::string& content_type = "") {
  return read({topic, bytes_of(payload), content_type});
}

TEST(MqttMessage, PlainTopicsNameModelDeviceAndCounter) {
  auto uplinks = plain("terse/up/pump/dev 1", "ab");
  ASSERT_EQ(uplinks.size(), 1U);
  EXPECT_EQ(uplinks[0].model, "pump");
  EXPECT_EQ(uplinks[0].device, "dev 1");
  EXPECT_EQ(uplinks[0].payload, bytes_of("ab"));
  EXPECT_FALSE(uplinks[0].key);
  EXPECT_FALSE(uplinks[0].counter);
  EXPECT_EQ(uplinks[0].problem, "");
  EXPECT_EQ(plain("terse/up/pump/d/17", "ab")[0].counter, 17U);
  EXPECT_EQ(plain("terse/up/pump/d/0017", "ab")[0].counter, 17U);
}

TEST(MqttMessage, PropertiesCarryCounterKeyAndTime) {
  EXPECT_EQ(read({.topic = "terse/up/pump/d", .payload = {1}, .counter = "18"})[0].counter, 18U);
  EXPECT_EQ(read({.topic = "terse/up/pump/d/17", .payload = {1}, .counter = "18"})[0].counter, 17U);
  const core::Uplink keyed =
      read({.topic = "terse/up/pump/d", .payload = {1}, .key = "a", .time = "1796000000.5"})[0];
  EXPECT_EQ(keyed.key, "a");
  EXPECT_EQ(keyed.measured_ms, 1796000000500);
  EXPECT_EQ(keyed.problem, "");
}

TEST(MqttMessage, BadCountersAndTimesAreForTheQuarantine) {
  for (const char* counter : {"", "+7", "-1", "7.0", " 7", "x", "9223372036854775808"}) {
    const auto uplinks = plain("terse/up/pump/d/" + std::string(counter), "ab");
    ASSERT_EQ(uplinks.size(), 1U) << counter;
    EXPECT_NE(uplinks[0].problem.find("is not a frame counter"), std::string::npos) << counter;
    EXPECT_EQ(uplinks[0].device, "d");
    EXPECT_EQ(uplinks[0].payload, bytes_of("ab"));
    EXPECT_NE(read({.topic = "terse/up/pump/d", .payload = {}, .counter = counter})[0].problem, "");
  }
  EXPECT_NE(read({.topic = "terse/up/pump/d/1", .payload = {}, .key = "a"})[0].problem, "");
  EXPECT_NE(read({.topic = "terse/up/pump/d", .payload = {}, .time = "noon"})[0].problem, "");
  EXPECT_EQ(read({.topic = "terse/up/pump/d", .payload = {}, .counter = "1", .twice = "counter"})[0]
                .problem,
            "the property counter is given twice");
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
  EXPECT_EQ(
      plain("terse/up/pump/d", R"([{"hex":"0a"}])", "Application/JSON; charset=utf-8")[0].payload,
      (std::vector<std::uint8_t>{10}));
  const auto mixed = plain("terse/up/pump/d", R"([{"hex":"0a"},{"hex":"?"}])", "application/json");
  ASSERT_EQ(mixed.size(), 2U);
  EXPECT_EQ(mixed[0].problem, "");
  EXPECT_NE(mixed[1].problem, "");
  // Without the content type the text is a payload of bytes.
  EXPECT_EQ(plain("terse/up/pump/d", "[]")[0].payload, bytes_of("[]"));
}

TEST(MqttMessage, WhatCannotBeReadKeepsItsBytesAndAReason) {
  for (const char* topic : {"terse/up/pump", "terse/up", "terse/up/", "terse/up//d", "terse/up/m/",
                            "terse/up/m/d/1/2", "other/m/d"}) {
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
  const std::string things_stack = R"({"end_device_ids":{"device_id":"d","dev_addr":"0A"},)"
                                   R"("uplink_message":{"f_port":1,"frm_payload":"AA=="}})";
  const auto first = read_mqtt_message({"v3/a@t/devices/d/up", bytes_of(things_stack)},
                                       MqttFormat::things_stack, "");
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].device, "d");
  EXPECT_EQ(first[0].session, "0A");
  EXPECT_EQ(first[0].counter, 0U);
  const std::string up = R"({"deviceInfo":{"devEui":"01"},"fPort":1,"data":"AA=="})";
  const auto chirpstack = [](const std::string& topic, const std::string& body) {
    return read_mqtt_message({topic, bytes_of(body)}, MqttFormat::chirpstack, "");
  };
  EXPECT_EQ(chirpstack("application/1/device/2/event/up", up)[0].device, "01");
  EXPECT_TRUE(chirpstack("application/1/device/2/event/join", up).empty());
  for (const char* topic : {"application/1/device/2/event/up", "application/1/device/2/up",
                            "application/1/device/2/event/new"}) {
    const auto bad = chirpstack(topic, "no");
    ASSERT_EQ(bad.size(), 1U);
    EXPECT_NE(bad[0].problem, "");
    EXPECT_EQ(bad[0].device, topic);
  }
}

TEST(MqttMessage, TheTopicNamesTheEventOfChirpStack) {
  EXPECT_EQ(chirpstack_event("application/1/device/2/event/up"), "up");
  EXPECT_EQ(chirpstack_event("eu/application/event/device/2/event/txack"), "txack");
  for (const char* topic : {"", "event/up", "a/event/", "a/event/up/more", "a/up"}) {
    EXPECT_EQ(chirpstack_event(topic), "") << topic;
  }
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
