// The time on air of LoRa frames.
#pragma once

#include <cmath>
#include <cstddef>

namespace terse::airtime {

/// A frame as LoRaWAN uplinks have it, unless said otherwise.
struct LoraSettings {
  unsigned spreading_factor = 7;    ///< 6 .. 12
  double bandwidth_hz = 125'000.0;  ///< above 0
  unsigned coding_rate = 1;         ///< 1 .. 4 for 4/5 .. 4/8
  double preamble_symbols = 8.0;    ///< without the 4.25 of the synchronisation word
  bool header = true;               ///< explicit header
  bool checksum = true;             ///< of the payload
};

/// Semtech SX1276 datasheet, section 4.1.1.7.
inline double lora_symbol_seconds(unsigned spreading_factor, double bandwidth_hz) {
  return std::exp2(spreading_factor) / bandwidth_hz;
}

/// Seconds for a frame of `frame_bytes` (all that the radio sends: for LoRaWAN the payload and 13
/// bytes more). Semtech SX1276 datasheet, section 4.1.1.7; low data rate optimisation is on where a
/// symbol takes more than 16 ms, as LoRaWAN demands.
double lora_seconds(std::size_t frame_bytes, const LoraSettings& settings);

}  // namespace terse::airtime
