#include "terse/serve/core/measured_time.h"

#include "terse/serve/core/frame_counter.h"

namespace terse::serve::core {

std::optional<std::int64_t> read_measured_time(std::string_view text) {
  constexpr std::uint64_t first_second = std::uint64_t{1} << 28;
  constexpr std::uint64_t last_second = 253'402'300'799;
  const std::size_t point = text.find('.');
  const auto seconds = read_counter(text.substr(0, point));
  if (!seconds || *seconds < first_second || *seconds > last_second) return std::nullopt;
  std::uint64_t milliseconds = 1000 * *seconds;
  if (point != std::string_view::npos) {
    const std::string_view fraction = text.substr(point + 1);
    if (fraction.size() > 9 || !read_counter(fraction)) return std::nullopt;
    std::uint64_t weight = 100;
    for (const char digit : fraction.substr(0, 3)) {
      milliseconds += weight * static_cast<std::uint64_t>(digit - '0');
      weight /= 10;
    }
  }
  return static_cast<std::int64_t>(milliseconds);
}

}  // namespace terse::serve::core
