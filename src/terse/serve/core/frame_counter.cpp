#include "terse/serve/core/frame_counter.h"

#include <limits>

namespace terse::serve::core {

std::optional<std::uint64_t> read_counter(std::string_view text) {
  constexpr auto counter_max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (text.empty()) return std::nullopt;
  std::uint64_t counter = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (counter > (counter_max - digit) / 10) return std::nullopt;
    counter = 10 * counter + digit;
  }
  return counter;
}

}  // namespace terse::serve::core
