// The date, for whoever deletes by it.
#pragma once

#include <cstdint>
#include <optional>

namespace terse::serve::store {

/// Follows the clock of the wall, but believes a jump ahead only after it has lasted a day: a clock
/// that is wrong for an hour shall delete nothing.
class SteadyDate {
 public:
  static constexpr std::int64_t jump_ms = 3'600'000;
  static constexpr std::int64_t lasting_ms = std::int64_t{24} * 3'600'000;

  /// wall_ms: since 1970. steady_ms: a clock that nobody sets. Gives milliseconds since 1970.
  std::int64_t now_ms(std::int64_t wall_ms, std::int64_t steady_ms);

 private:
  std::optional<std::int64_t> offset_ms_;
  std::optional<std::int64_t> doubted_since_ms_;
};

}  // namespace terse::serve::store
