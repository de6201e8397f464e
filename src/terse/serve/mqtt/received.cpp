#include "terse/serve/mqtt/received.h"

#include <mqtt_protocol.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace terse::serve::mqtt {
namespace {

using Text = std::unique_ptr<char, void (*)(void*)>;

void read_content_type(const mosquitto_property* properties, MqttMessage& read) {
  char* text = nullptr;
  if (mosquitto_property_read_string(properties, MQTT_PROP_CONTENT_TYPE, &text, false) == nullptr) {
    return;
  }
  const Text owned(text, std::free);
  read.content_type = text;
}

void read_user_properties(const mosquitto_property* properties, MqttMessage& read) {
  const mosquitto_property* next = properties;
  char* text = nullptr;
  char* value = nullptr;
  bool again = false;
  while ((next = mosquitto_property_read_string_pair(next, MQTT_PROP_USER_PROPERTY, &text, &value,
                                                     again)) != nullptr) {
    const Text name(text, std::free);
    const Text owned(value, std::free);
    const auto take = [&](const char* called, std::optional<std::string>& into) {
      if (std::string_view(text) != called) return;
      if (into) read.twice = called;
      into = value;
    };
    take("counter", read.counter);
    take("key", read.key);
    take("t", read.time);
    again = true;
  }
}

}  // namespace

MqttMessage received(const mosquitto_message& message, const mosquitto_property* properties) {
  MqttMessage read;
  read.topic = message.topic;
  const auto* bytes = static_cast<const std::uint8_t*>(message.payload);
  const auto size = static_cast<std::size_t>(message.payloadlen);
  if (size > 0) read.payload.assign(bytes, bytes + std::min(size, message_bytes_max));
  read_content_type(properties, read);
  read_user_properties(properties, read);
  return read;
}

}  // namespace terse::serve::mqtt
