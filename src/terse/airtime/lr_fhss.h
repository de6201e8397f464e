// The time on air of LR-FHSS frames (long range, frequency hopping).
#pragma once

#include <cstddef>

namespace terse::airtime {

/// LoRaWAN sends three headers where a bit becomes three, two where two bits become three
/// (RP002-1.0.4, data rates of EU863-870 and US902-928).
struct LrFhssSettings {
  unsigned headers = 3;
  unsigned code_in = 1;   ///< bits that become ...
  unsigned code_out = 3;  ///< ... so many: rate 1/3 or 2/3
};

/// Seconds for a frame of `frame_bytes` (for LoRaWAN the payload and 13 bytes more), on all its
/// hops together. Semtech AN1200.64: 488.28125 bit/s, a header of 114 bits, fragments of 48 coded
/// bits behind 2 more; payload, checksum of 16 bits and a tail of 6 are coded. The last fragment is
/// as long as what is left, as Semtech's driver sends it (lr_fhss_mac.c).
double lr_fhss_seconds(std::size_t frame_bytes, const LrFhssSettings& settings);

}  // namespace terse::airtime
