#include "terse/allocate/device_flash.h"

#include <fmt/core.h>

#include <algorithm>

#include "terse/base/error.h"

namespace terse::allocate {
namespace {

constexpr std::size_t code_bytes = 600;
constexpr std::size_t trees_min = 8;
constexpr std::size_t trees_max = 256;

// Many shallow trees say more than few deep ones in the same bytes.
constexpr std::size_t depth_min = 4;
constexpr std::size_t depth_max = 7;

std::size_t tree_bytes(std::size_t depth) {
  const std::size_t leaves = std::size_t{1} << depth;
  return 3 * (leaves - 1) + leaves;
}

std::size_t fixed_bytes(std::size_t readings) {
  return code_bytes + 8 * readings;
}

}  // namespace

std::size_t forest_flash_bytes(const ForestSize& size, std::size_t readings) {
  return fixed_bytes(readings) + size.trees * tree_bytes(size.depth);
}

ForestSize forest_within(std::size_t flash_bytes, std::size_t readings) {
  const std::size_t least = fixed_bytes(readings) + trees_min * tree_bytes(depth_min);
  if (flash_bytes < least) {
    throw base::OptionError(
        "device_flash", "",
        fmt::format("{} bytes hold no forest of {} readings", flash_bytes, readings),
        fmt::format("give {} or more, or leave it out", least));
  }
  const std::size_t left = flash_bytes - fixed_bytes(readings);
  std::size_t depth = depth_min;
  while (depth < depth_max && left / tree_bytes(depth) > trees_max) ++depth;
  return {depth, std::min(left / tree_bytes(depth), trees_max)};
}

}  // namespace terse::allocate
