#include "terse/airtime/lora.h"

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"

namespace terse::airtime {

double lora_seconds(std::size_t frame_bytes, const LoraSettings& settings) {
  TERSE_CHECK(settings.spreading_factor >= 6 && settings.spreading_factor <= 12);
  TERSE_CHECK(settings.bandwidth_hz > 0.0);
  TERSE_CHECK(settings.coding_rate >= 1 && settings.coding_rate <= 4);
  const double spreading = settings.spreading_factor;
  const double symbol_seconds =
      lora_symbol_seconds(settings.spreading_factor, settings.bandwidth_hz);
  const double low_rate = symbol_seconds > 0.016 ? 1.0 : 0.0;
  const double bits = 8.0 * static_cast<double>(frame_bytes) - 4.0 * spreading + 28.0 +
                      (settings.checksum ? 16.0 : 0.0) - (settings.header ? 0.0 : 20.0);
  const double groups = std::ceil(bits / (4.0 * (spreading - 2.0 * low_rate)));
  const double symbols = 8.0 + std::max(groups * (settings.coding_rate + 4.0), 0.0);
  return (settings.preamble_symbols + 4.25 + symbols) * symbol_seconds;
}

}  // namespace terse::airtime
