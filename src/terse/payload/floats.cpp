#include "terse/payload/floats.h"

#include <bit>

#include "terse/base/error.h"

namespace terse::payload {

void pack_floats(std::span<const float> readings, std::span<std::uint8_t> payload) {
  TERSE_CHECK(payload.size() == 4 * readings.size());
  for (std::size_t i = 0; i < readings.size(); ++i) {
    const auto word = std::bit_cast<std::uint32_t>(readings[i]);
    for (std::size_t byte = 0; byte < 4; ++byte) {
      payload[4 * i + byte] = static_cast<std::uint8_t>(word >> (24 - 8 * byte));
    }
  }
}

void unpack_floats(std::span<const std::uint8_t> payload, std::span<float> readings) {
  TERSE_CHECK(payload.size() == 4 * readings.size());
  for (std::size_t i = 0; i < readings.size(); ++i) {
    std::uint32_t word = 0;
    for (const std::uint8_t byte : payload.subspan(4 * i, 4)) word = word << 8 | byte;
    readings[i] = std::bit_cast<float>(word);
  }
}

}  // namespace terse::payload
