#include "terse/serve/core/measured_time.h"

#include <algorithm>
#include <chrono>

#include "terse/serve/core/frame_counter.h"

namespace terse::serve::core {
namespace {

constexpr std::uint64_t first_second = std::uint64_t{1} << 28;
constexpr std::uint64_t last_second = 253'402'300'799;

/// Of at most nine digits behind a point, or nothing.
std::optional<std::uint64_t> milliseconds_of(std::string_view fraction) {
  if (fraction.size() > 9 || !read_counter(fraction)) return std::nullopt;
  std::uint64_t milliseconds = 0;
  std::uint64_t weight = 100;
  for (const char digit : fraction.substr(0, 3)) {
    milliseconds += weight * static_cast<std::uint64_t>(digit - '0');
    weight /= 10;
  }
  return milliseconds;
}

/// Takes as many digits as `digits` from the front; nothing if others stand there.
std::optional<unsigned> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  const auto number = read_counter(text.substr(0, digits));
  text.remove_prefix(digits);
  return number ? std::optional(static_cast<unsigned>(*number)) : std::nullopt;
}

bool take(std::string_view& text, std::string_view either) {
  if (text.empty() || either.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// "Z", "+01:00" or "-01:00", whole: how far local time is ahead, in minutes.
std::optional<int> offset_minutes(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.empty()) return std::nullopt;
  const int sign = text.front() == '-' ? -1 : 1;
  if (!take(text, "+-")) return std::nullopt;
  const auto hours = take_number(text, 2);
  if (!hours || !take(text, ":")) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || !text.empty() || *hours > 23 || *minutes > 59) return std::nullopt;
  return sign * static_cast<int>(60 * *hours + *minutes);
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, "-")) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, "-")) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day));
  return date.ok() ? std::optional<std::chrono::sys_days>(date) : std::nullopt;
}

std::optional<std::chrono::seconds> take_clock(std::string_view& text) {
  const auto hours = take_number(text, 2);
  if (!hours || !take(text, ":")) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || !take(text, ":")) return std::nullopt;
  const auto seconds = take_number(text, 2);
  if (!seconds || *hours > 23 || *minutes > 59 || *seconds > 60) return std::nullopt;
  return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) +
         std::chrono::seconds(*seconds);
}

}  // namespace

std::optional<std::int64_t> read_measured_time(std::string_view text) {
  const std::size_t point = text.find('.');
  const auto seconds = read_counter(text.substr(0, point));
  if (!seconds || *seconds < first_second || *seconds > last_second) return std::nullopt;
  std::uint64_t milliseconds = 1000 * *seconds;
  if (point != std::string_view::npos) {
    const auto fraction = milliseconds_of(text.substr(point + 1));
    if (!fraction) return std::nullopt;
    milliseconds += *fraction;
  }
  return static_cast<std::int64_t>(milliseconds);
}

std::optional<std::int64_t> read_instant(std::string_view text) {
  const auto date = take_date(text);
  if (!date || !take(text, "Tt ")) return std::nullopt;
  const auto clock = take_clock(text);
  if (!clock) return std::nullopt;
  std::uint64_t milliseconds = 0;
  if (take(text, ".")) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto fraction = milliseconds_of(text.substr(0, end));
    if (!fraction) return std::nullopt;
    milliseconds = *fraction;
    text.remove_prefix(end);
  }
  const auto offset = offset_minutes(text);
  if (!offset) return std::nullopt;
  const std::chrono::sys_seconds instant = *date + *clock - std::chrono::minutes(*offset);
  const std::int64_t seconds = instant.time_since_epoch().count();
  if (seconds < static_cast<std::int64_t>(first_second) ||
      seconds > static_cast<std::int64_t>(last_second)) {
    return std::nullopt;
  }
  return 1000 * seconds + static_cast<std::int64_t>(milliseconds);
}

}  // namespace terse::serve::core
