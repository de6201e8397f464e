// The flash of a device that forests take, and the forest that fits.
#pragma once

#include <cstddef>

#include "terse/allocate/allocate.h"

namespace terse::allocate {

/// Bytes of flash of a computed feature: tables (model::forest_table_bytes()) and code. The code is
/// that of the generated C on an 8-bit AVR at -Os, the same for all forests; 32-bit cores need
/// less.
std::size_t forest_flash_bytes(const ForestSize& size, std::size_t readings);

/// The largest forest within that, each reading in it: the depth follows from the bytes, so that
/// trees are neither few nor shallow. Throws OptionError, naming the least, if none is worth
/// having.
ForestSize forest_within(std::size_t flash_bytes, std::size_t readings);

}  // namespace terse::allocate
