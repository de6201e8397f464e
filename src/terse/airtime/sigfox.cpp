#include "terse/airtime/sigfox.h"

#include "terse/base/error.h"

namespace terse::airtime {

std::size_t sigfox_frame_bytes(std::size_t payload_bytes) {
  const std::size_t filled = payload_bytes <= 1 ? 1 : (payload_bytes + 3) / 4 * 4;
  return 14 + filled;
}

double sigfox_seconds(std::size_t payload_bytes, double bits_per_second) {
  TERSE_CHECK(bits_per_second > 0.0);
  return 3.0 * 8.0 * static_cast<double>(sigfox_frame_bytes(payload_bytes)) / bits_per_second;
}

}  // namespace terse::airtime
