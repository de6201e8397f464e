#include "terse/allocate/device_flash.h"

#include <fmt/core.h>

#include <algorithm>

#include "terse/base/error.h"

namespace terse::allocate {
namespace {

constexpr std::size_t code_bytes = 600;
constexpr std::size_t trees_min = 8;
constexpr std::size_t trees_max = 256;

struct Depth {
  std::size_t depth;
  std::size_t bytes_min;  ///< of the trees' tables
};
// Of a few thousand bytes many shallow trees make more than few deep ones (measured on six sets).
constexpr Depth depths[] = {{7, 30'000}, {6, 6'000}, {5, 3'600}, {4, 0}};

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
  const std::size_t least = fixed_bytes(readings) + trees_min * tree_bytes(4);
  if (flash_bytes < least) {
    throw base::OptionError(
        "device_flash", "",
        fmt::format("{} bytes hold no forest of {} readings", flash_bytes, readings),
        fmt::format("give {} or more, or leave it out", least));
  }
  const std::size_t left = flash_bytes - fixed_bytes(readings);
  const auto* found =
      std::ranges::find_if(depths, [left](const Depth& depth) { return left >= depth.bytes_min; });
  const std::size_t trees = std::min(left / tree_bytes(found->depth), trees_max);
  return {found->depth, trees};
}

}  // namespace terse::allocate
