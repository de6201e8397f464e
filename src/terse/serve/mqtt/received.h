// A message of the library for MQTT as ours.
#pragma once

#include <mosquitto.h>

#include <cstddef>

#include "terse/serve/mqtt/message.h"

namespace terse::serve::mqtt {

inline constexpr std::size_t message_bytes_max = 1 << 20;  ///< of a payload; the rest is cut off

/// properties: null before MQTT 5.
MqttMessage received(const mosquitto_message& message, const mosquitto_property* properties);

}  // namespace terse::serve::mqtt
