// The data rates of LoRaWAN's regions, as radios.
#pragma once

#include <cstddef>
#include <span>

#include "terse/airtime/radio.h"

namespace terse::airtime {

/// MHDR 1, FHDR 7 without options, FPort 1, MIC 4 (LoRaWAN 1.0.4, chapter 4).
inline constexpr std::size_t lorawan_overhead_bytes = 13;

/// EU868, US915, AU915, AS923, IN865, KR920, CN470, RU864; FSK is left out. Source: LoRaWAN
/// Regional Parameters RP002-1.0.4, of each region the tables of data rates, of the maximum payload
/// size (N, the one that leaves room for a repeater) and of the receive windows.
std::span<const Radio> lorawan_radios();

}  // namespace terse::airtime
