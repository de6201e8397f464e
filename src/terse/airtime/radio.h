// Radios and their limits: the largest payload of a message, its time on air, and how often it may
// be sent.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "terse/airtime/lora.h"

namespace terse::airtime {

enum class Link : unsigned char { lorawan, sigfox, ble_advertising, ble_connection, cellular };

/// One way to send. docs/airtime.md names the source of every figure.
struct Radio {
  std::string_view id;       ///< "lorawan-us915-dr0"
  std::string_view meaning;  ///< "SF10 at 125 kHz"
  Link link = Link::lorawan;
  std::size_t payload_bytes_max = 0;  ///< of one frame, for the application
  LoraSettings lora;                  ///< lorawan only
  double duty_cycle = 1.0;            ///< largest share of time on the air; 1: no limit
  double dwell_seconds_max = 0.0;     ///< of one frame; 0: no limit
  std::size_t messages_per_day = 0;   ///< 0: no limit
};

/// All known radios, in the order of the documentation.
std::span<const Radio> radios();

/// Throws OptionError naming "radio", with the known names, if no radio has that id.
const Radio& radio_of(std::string_view id);

/// Bytes for the application in one frame: the budget of a model that must fit one. Throws as
/// radio_of().
std::size_t payload_limit(std::string_view id);

/// One message on a radio, in as many frames as its payload needs.
struct Sending {
  std::size_t frames = 1;
  /// Of all frames together, repetitions included; none for cellular radios, whose time on air is
  /// the network's choice.
  std::optional<double> seconds;
  /// Between messages, by duty cycle and messages per day; 0: no limit.
  double interval_seconds_min = 0.0;
};

/// payload_bytes: any number; 0 still takes a frame.
Sending sending(const Radio& radio, std::size_t payload_bytes);

}  // namespace terse::airtime
