// Packets of Bluetooth Low Energy at 1 Mbit/s.
#pragma once

#include <cstddef>

namespace terse::airtime {

/// Bluetooth Core 5.3, volume 6 part B, 2.1 and 2.3: preamble 1, access address 4, header 2,
/// advertiser 6, checksum 3; flags 3 and the head of manufacturer data 4.
constexpr std::size_t advertising_bytes(std::size_t payload_bytes) {
  return 16 + 7 + payload_bytes;
}

/// Preamble 1, access address 4, header 2, L2CAP 4, ATT 3, checksum 3.
constexpr std::size_t notification_bytes(std::size_t payload_bytes) {
  return 17 + payload_bytes;
}

/// An advertisement goes out on three channels.
double advertising_seconds(std::size_t payload_bytes);
double notification_seconds(std::size_t payload_bytes);

}  // namespace terse::airtime
