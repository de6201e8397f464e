// Events as LoRaWAN network servers send them, the same JSON by webhook and by MQTT. What an event
// is, its name says, never the presence of a field: both servers leave out fields that are zero,
// false or empty.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "terse/serve/core/uplink.h"

namespace terse::serve::core {

/// An event that is understood and is not a message of a device's application.
struct IgnoredEvent {
  std::string event;  ///< its name: "join_accept", "txack"
  std::string why;    ///< why nothing of it is kept
};

/// Either an uplink, or an event to ignore. An uplink with a `problem` is an event that was not
/// understood: its payload is the whole body, for the quarantine.
using NetworkEvent = std::variant<Uplink, IgnoredEvent>;

/// Of Uplink::radio. A message that very many gateways heard keeps the first of them.
inline constexpr std::size_t radio_bytes_max = std::size_t{16} << 10U;

/// The Things Stack v3, ApplicationUp: the member that it has out of the eleven of that message is
/// the event's name. device: "APPLICATION/DEVICE". session: the session key's identifier, else the
/// DevAddr. measured: when the network server received it. Never throws InputError.
NetworkEvent read_things_stack(std::string_view body);

/// ChirpStack v4, JSON. event: "up", "join" and so on, the query `event` of a webhook and the last
/// level of a topic. device: the DevEUI. session: the DevAddr. Never throws InputError.
NetworkEvent read_chirpstack(std::string_view body, std::string_view event);

}  // namespace terse::serve::core
