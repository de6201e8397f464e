// Frames of Sigfox.
#pragma once

#include <cstddef>

namespace terse::airtime {

/// Of a frame that carries `payload_bytes` (0 to 12): preamble and type 4, counter and flags 2,
/// device 4, payload filled up to 1, 4, 8 or 12, authentication and checksum 4: 26 for 12 bytes
/// (Sigfox, "Sigfox connected objects: radio specifications", rev. 1.6, uplink frame).
std::size_t sigfox_frame_bytes(std::size_t payload_bytes);

/// Seconds on the air: each frame is sent three times.
double sigfox_seconds(std::size_t payload_bytes, double bits_per_second);

}  // namespace terse::airtime
