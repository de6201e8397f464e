// Operators of LoRaWAN networks, and the settings of theirs that differ from the region's.
#pragma once

#include <span>
#include <string_view>

#include "terse/airtime/radio.h"

namespace terse::airtime {

struct Network {
  std::string_view name;     ///< "ttn"
  std::string_view meaning;  ///< "The Things Network"
  /// Of a device's uplinks on the air, at most; 0: no limit.
  double seconds_per_day = 0.0;
};

/// standard: what the regional parameters set. ttn: The Things Network, whose fair use policy
/// grants a device 30 s a day.
std::span<const Network> networks();
const Network& standard_network();

/// Throws OptionError naming "network", with the known names, if no network has that name.
const Network& network_of(std::string_view name);

/// The data rate of a LoRaWAN radio's RX2: the region's, or the network's own. Source for ttn: its
/// frequency plan EU_863_870_TTN, rx2-default-data-rate 3; its others leave the region's.
LoraRate second_window(const Network& network, const Radio& radio);

}  // namespace terse::airtime
