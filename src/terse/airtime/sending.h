// One message on a radio: its frames, its time on the air, and how often it may be sent.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "terse/airtime/envelope.h"
#include "terse/airtime/network.h"
#include "terse/airtime/radio.h"

namespace terse::airtime {

/// What surrounds a message besides the radio.
struct Surroundings {
  Network network = standard_network();  ///< LoRaWAN only
  Envelope envelope = {};                ///< cellular radios only
};

/// A message in as many frames as its payload needs.
struct Sending {
  std::size_t frames = 1;
  /// With all that surrounds the payload, each repeated frame counted once.
  std::size_t bytes = 0;
  /// Of all frames together, repetitions included; none for cellular radios, whose time on air is
  /// the network's choice.
  std::optional<double> seconds;
  double interval_seconds_min = 0.0;  ///< between messages; 0: no limit
  std::string interval_rule;          ///< that sets it: "a duty cycle of 1 %"; empty: none
};

/// payload_bytes: any number; 0 still takes a frame. Throws as bytes_around().
Sending sending(const Radio& radio, std::size_t payload_bytes, const Surroundings& around = {});

/// How long a device listens after the frames of a message, with each window open for the
/// given number of symbols and no answer: both windows of LoRaWAN after each frame. 0 for other
/// radios.
double listening_seconds(const Radio& radio, const Sending& sent, const Network& network,
                         double symbols);

}  // namespace terse::airtime
