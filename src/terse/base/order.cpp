#include "terse/base/order.h"

#include "terse/base/random.h"

namespace terse::base {

std::vector<std::uint32_t> all_rows(std::size_t count) {
  std::vector<std::uint32_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0U);
  return rows;
}

std::vector<std::uint32_t> shuffled_rows(std::size_t count, std::uint64_t seed,
                                         std::uint64_t stream) {
  std::vector<std::uint32_t> rows = all_rows(count);
  Random(seed, stream).shuffle(rows);
  return rows;
}

}  // namespace terse::base
