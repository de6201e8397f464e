// Uplinks as LoRaWAN network servers send them, the same JSON by webhook and by MQTT. Both leave
// out fields that are zero, false or empty.
#pragma once

#include <optional>
#include <string_view>

#include "terse/serve/core/uplink.h"

namespace terse::serve::core {

/// The Things Stack v3, ApplicationUp. device: "APPLICATION/DEVICE". The key is session and frame
/// counter, so that a rejoined device starts anew. Nothing if the message is not an uplink but,
/// say, a join. Throws InputError for anything that is not such a message.
std::optional<Uplink> read_things_stack(std::string_view body);

/// ChirpStack v4, event "up". device: the DevEUI. The key is device address and frame counter.
/// Nothing if the message is not an uplink. Throws InputError for anything that is not such a
/// message.
std::optional<Uplink> read_chirpstack(std::string_view body);

}  // namespace terse::serve::core
