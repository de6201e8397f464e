#include "terse/serve/mqtt/received.h"

#include <gtest/gtest.h>
#include <mqtt_protocol.h>

namespace terse::serve::mqtt {
namespace {

MqttMessage read(std::string payload, const mosquitto_property* properties) {
  std::string topic = "terse/up/pump/d";
  mosquitto_message message = {};
  message.topic = topic.data();
  message.payload = payload.data();
  message.payloadlen = static_cast<int>(payload.size());
  return received(message, properties);
}

TEST(Received, TopicAndBytes) {
  const MqttMessage message = read(std::string("a\0b", 3), nullptr);
  EXPECT_EQ(message.topic, "terse/up/pump/d");
  EXPECT_EQ(message.payload, (std::vector<std::uint8_t>{'a', 0, 'b'}));
  EXPECT_EQ(message.content_type, "");
  EXPECT_FALSE(message.counter || message.key || message.time);
  EXPECT_TRUE(read("", nullptr).payload.empty());
  EXPECT_EQ(read(std::string(message_bytes_max + 1, 'x'), nullptr).payload.size(),
            message_bytes_max);
}

TEST(Received, Properties) {
  mosquitto_property* list = nullptr;
  mosquitto_property_add_string(&list, MQTT_PROP_CONTENT_TYPE, "application/json");
  for (const auto& [name, value] : {std::pair{"counter", "7"}, std::pair{"other", "x"},
                                    std::pair{"key", "k"}, std::pair{"t", "1796000000"}}) {
    mosquitto_property_add_string_pair(&list, MQTT_PROP_USER_PROPERTY, name, value);
  }
  const MqttMessage message = read("a", list);
  mosquitto_property_free_all(&list);
  EXPECT_EQ(message.content_type, "application/json");
  EXPECT_EQ(message.counter, "7");
  EXPECT_EQ(message.key, "k");
  EXPECT_EQ(message.time, "1796000000");
  EXPECT_EQ(message.twice, "");
}

TEST(Received, APropertyThatComesAgain) {
  mosquitto_property* list = nullptr;
  for (const char* value : {"7", "8"}) {
    mosquitto_property_add_string_pair(&list, MQTT_PROP_USER_PROPERTY, "counter", value);
  }
  EXPECT_EQ(read("a", list).twice, "counter");
  mosquitto_property_free_all(&list);
}

}  // namespace
}  // namespace terse::serve::mqtt
