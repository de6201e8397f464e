// Orders of rows and of values, as indices.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace terse::base {

/// 0, 1, ..., count - 1.
std::vector<std::uint32_t> all_rows(std::size_t count);

/// The same in a random order: Random(seed, stream), shuffled.
std::vector<std::uint32_t> shuffled_rows(std::size_t count, std::uint64_t seed,
                                         std::uint64_t stream);

/// The indices of `values`, those of low values first; equal ones keep their order.
template <typename T>
std::vector<std::size_t> ascending(std::span<const T> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t index) { return values[index]; });
  return order;
}

}  // namespace terse::base
