// The rule by which messages are old enough to be forgotten, although clocks may have been wrong
// when they came. Inside the serve/store room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace terse::serve::store {

/// Walks through the messages in the order of arrival. The time of receipt of one is not believed
/// if it is in the future (the clock was ahead when it came), more than an hour before one that
/// arrived earlier (the clock was set back), or before 2020 (the clock was not set at all). Such a
/// message is as old as the next one that is believed: it neither keeps others nor goes before its
/// time.
class Expiry {
 public:
  static constexpr std::int64_t tolerance_ms = 3'600'000;
  static constexpr std::int64_t earliest_ms = 1'577'836'800'000;  ///< 2020-01-01, UTC

  /// before_ms: what came earlier is old. highest_ms: the latest time that was believed of messages
  /// that are gone, 0 at first.
  Expiry(std::int64_t before_ms, std::int64_t now_ms, std::int64_t highest_ms)
      : before_ms_(before_ms), now_ms_(now_ms), highest_ms_(highest_ms) {}

  /// False if no later message can be old.
  bool look(std::int64_t message, std::int64_t received_ms);
  /// This one and all that arrived before it are old.
  std::optional<std::int64_t> last() const { return last_; }
  /// How many these are.
  std::size_t messages() const { return messages_; }
  std::int64_t highest_ms() const { return highest_ms_; }

 private:
  std::int64_t before_ms_;
  std::int64_t now_ms_;
  std::int64_t highest_ms_;
  std::optional<std::int64_t> last_;
  std::size_t messages_ = 0;
  std::size_t looked_ = 0;
};

}  // namespace terse::serve::store
