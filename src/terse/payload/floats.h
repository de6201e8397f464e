// The message of a model in full precision: its readings as they are, each as big-endian float32.
#pragma once

#include <cstdint>
#include <span>

namespace terse::payload {

/// payload: 4 bytes per reading.
void pack_floats(std::span<const float> readings, std::span<std::uint8_t> payload);
/// payload: 4 bytes per reading; any bytes are some float, NaN and infinities among them.
void unpack_floats(std::span<const std::uint8_t> payload, std::span<float> readings);

}  // namespace terse::payload
