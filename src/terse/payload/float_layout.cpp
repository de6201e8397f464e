#include "terse/payload/layout.h"

#include <bit>

#include "terse/base/error.h"

namespace terse::payload {

void FloatLayout::pack(std::span<const float> readings, std::span<std::uint8_t> payload) const {
  TERSE_CHECK(readings.size() == features_ && payload.size() == bytes());
  for (std::size_t f = 0; f < features_; ++f) {
    const auto word = std::bit_cast<std::uint32_t>(readings[f]);
    for (std::size_t byte = 0; byte < 4; ++byte) {
      payload[4 * f + byte] = static_cast<std::uint8_t>(word >> (24 - 8 * byte));
    }
  }
}

Status FloatLayout::unpack(std::span<const std::uint8_t> payload,
                           std::span<float> readings) const noexcept {
  if (payload.size() != bytes()) return Status::wrong_length;
  for (std::size_t f = 0; f < features_; ++f) {
    std::uint32_t word = 0;
    for (const std::uint8_t byte : payload.subspan(4 * f, 4)) word = word << 8 | byte;
    readings[f] = std::bit_cast<float>(word);
  }
  return Status::ok;
}

}  // namespace terse::payload
