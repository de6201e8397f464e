// The choice of connections that make room for others: those that have kept it waiting the longest.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace terse::serve::http {

using Clock = std::chrono::steady_clock;

/// A connection: since when its peer lets it wait (nothing: it does not), and what would be won.
struct Seat {
  std::optional<Clock::time_point> waiting_since;
  std::size_t won = 1;
};

/// The places of those that let wait for `patience` at least, the longest first, until `wanted` is
/// won: a slow-loris loses its connections, a device that sends its request at once does not.
std::vector<std::size_t> longest_waiting(std::span<const Seat> seats, Clock::time_point now,
                                         std::chrono::milliseconds patience, std::size_t wanted);

}  // namespace terse::serve::http
