// The costs of an exported encoder on measured processors: interpolated, not compiled here.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "terse/export/c/encoder.h"

namespace terse::export_c {

/// Compiled with -Os. No encoder keeps RAM between calls.
struct DeviceCost {
  std::string_view core;
  std::size_t flash_bytes = 0;  ///< code and thresholds
  std::size_t stack_bytes = 0;  ///< at most
  std::size_t time = 0;         ///< of one call, in time_unit
  std::string_view time_unit;   ///< "cycles", or "instructions" where only those are known
};

/// Empty unless the encoder has the shape of one that was measured: bits packing, the same 3, 7 or
/// 15 thresholds and the same type for every feature. Source: scripts/bench-device, models of 6 and
/// 81 features; linear in the number of features, which fits within 10 %.
std::vector<DeviceCost> expected_costs(const Encoder& encoder);

/// Bytes of flash that thresholds and the lists beside them take; none in the speed form.
std::size_t table_bytes(const Encoder& encoder);

}  // namespace terse::export_c
