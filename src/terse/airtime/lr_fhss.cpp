#include "terse/airtime/lr_fhss.h"

#include "terse/base/error.h"

namespace terse::airtime {

double lr_fhss_seconds(std::size_t frame_bytes, const LrFhssSettings& settings) {
  TERSE_CHECK(settings.headers > 0 && settings.code_in > 0);
  constexpr double bits_per_second = 488.28125;
  constexpr std::size_t header_bits = 114;
  constexpr std::size_t fragment_bits = 48;
  constexpr std::size_t before_fragment_bits = 2;
  constexpr std::size_t checksum_bits = 16;
  constexpr std::size_t tail_bits = 6;
  const std::size_t bits = 8 * frame_bytes + checksum_bits + tail_bits;
  const std::size_t coded = bits * settings.code_out / settings.code_in;
  const std::size_t fragments = (coded + fragment_bits - 1) / fragment_bits;
  const std::size_t sent =
      settings.headers * header_bits + coded + fragments * before_fragment_bits;
  return static_cast<double>(sent) / bits_per_second;
}

}  // namespace terse::airtime
