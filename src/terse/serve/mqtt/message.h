// MQTT messages as uplinks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "terse/serve/core/uplink.h"

namespace terse::serve::mqtt {

/// The publisher: devices themselves, or a LoRaWAN network server.
enum class MqttFormat : std::uint8_t { plain, things_stack, chirpstack };

/// "plain", "things-stack", "chirpstack"; nothing for another word.
std::optional<MqttFormat> parse_mqtt_format(std::string_view word);

/// A published message.
struct MqttMessage {
  std::string topic;
  std::vector<std::uint8_t> payload;
  std::string content_type = {};  ///< property of MQTT 5; may be empty
  /// User properties of MQTT 5, as what HTTP has in its query.
  std::optional<std::string> counter = {};
  std::optional<std::string> key = {};
  std::optional<std::string> time = {};  ///< "t"
  std::string twice = {};                ///< the name of one of them that came again; mostly empty
};

/// The event of ChirpStack that a topic names, "up" in ".../event/up"; empty without such an end.
std::string_view chirpstack_event(std::string_view topic);

/// The filter to subscribe to. plain: everything below `prefix`.
std::string mqtt_topic_filter(MqttFormat format, const std::string& prefix);

/// plain: the topic is PREFIX/MODEL/DEVICE or PREFIX/MODEL/DEVICE/COUNTER, the payload the bytes
/// themselves or, with content type application/json, what POST /v1/models/{model}/payloads takes,
/// of which an element that cannot be read stands alone.
/// The topic's counter goes before the property's. Otherwise the network server's JSON; an event to
/// ignore gives none. A message that cannot be read gives one uplink with its `problem`, so that it
/// ends in quarantine. Never throws InputError.
std::vector<core::Uplink> read_mqtt_message(const MqttMessage& message, MqttFormat format,
                                            const std::string& prefix);

/// `name` as a level of a topic: '+', '#' and control characters become '_'.
std::string as_topic(std::string name);

}  // namespace terse::serve::mqtt
