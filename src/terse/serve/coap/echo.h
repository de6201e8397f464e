// Peers of plain UDP that have shown that they receive at the address they seem to have, by the
// Echo option (RFC 9175, section 2): others get no answer that is much longer than what they sent.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>

#include "terse/serve/coap/address_cookies.h"
#include "terse/serve/coap/recent.h"
#include "terse/serve/coap/transport.h"

namespace terse::serve::coap {

/// For one thread. What was proven counts for 247 seconds, for the address and port.
class CoapEcho {
 public:
  using Clock = std::chrono::steady_clock;
  using Value = std::array<std::uint8_t, 8>;
  /// An answer to an address that was not proven is at most so many times as long as the request.
  static constexpr std::size_t growth_max = 3;
  static constexpr std::size_t peers_max = 20'000;

  /// For the Echo option of an answer.
  Value challenge(const Peer& peer, Clock::time_point now) const;
  /// An Echo option that came with a request. One that is not right proves nothing.
  void take(const Peer& peer, std::span<const std::uint8_t> value, Clock::time_point now);
  /// The peer has shown it otherwise: it acknowledged a message.
  void prove(const Peer& peer, Clock::time_point now);
  bool is_proven(const Peer& peer, Clock::time_point now) const;

 private:
  AddressCookies cookies_;
  Recent<char> proven_{peers_max};
};

}  // namespace terse::serve::coap
