// A way to send: what a frame carries, how fast, and how often it may be sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "terse/airtime/lora.h"
#include "terse/airtime/lr_fhss.h"

namespace terse::airtime {

enum class Link : std::uint8_t { lorawan, sigfox, ble_advertising, ble_connection, cellular };

/// A LoRa data rate to listen at.
struct LoraRate {
  unsigned spreading_factor = 7;
  double bandwidth_hz = 125'000.0;
  double symbol_seconds() const { return lora_symbol_seconds(spreading_factor, bandwidth_hz); }
};

/// docs/airtime.md names the source of every figure.
struct Radio {
  std::string_view id;       ///< "lorawan-us915-dr0"
  std::string_view meaning;  ///< "SF10 at 125 kHz"
  Link link = Link::lorawan;
  std::size_t payload_bytes_max = 0;      ///< of one frame, for the application
  LoraSettings lora;                      ///< lorawan: of the uplink, unless it hops
  std::optional<LrFhssSettings> lr_fhss;  ///< lorawan: the uplink hops
  LoraRate first_window;                  ///< lorawan: RX1, at RX1DROffset 0
  LoraRate second_window;                 ///< lorawan: RX2, as the region sets it
  double bits_per_second = 0.0;           ///< sigfox
  double duty_cycle = 1.0;                ///< largest share of time on the air; 1: no limit
  double dwell_seconds_max = 0.0;         ///< of one frame on one channel; 0: no limit
  double pause_seconds = 0.0;             ///< from message to message at least
  std::size_t messages_per_day = 0;       ///< 0: no limit
};

}  // namespace terse::airtime
