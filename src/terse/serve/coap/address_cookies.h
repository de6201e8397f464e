// Bytes that only a peer that receives at its address can know, for a minute or two: the cookies of
// DTLS (RFC 6347, section 4.2.1) and the Echo values of CoAP (RFC 9175, section 2). Nothing is kept
// for them.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace terse::serve::coap {

/// Those of one server. From any thread.
class AddressCookies {
 public:
  using Cookie = std::array<std::uint8_t, 32>;

  /// With a secret of its own. Throws JobError if the system has no random numbers.
  AddressCookies();

  /// peer: address and port. minute: of any clock that does not jump.
  Cookie make(std::string_view peer, std::int64_t minute) const;
  /// Whether `cookie` is the beginning, of `bytes`, of what was made for the peer in this minute or
  /// the one before.
  bool check(std::string_view peer, std::int64_t minute, std::span<const std::uint8_t> cookie,
             std::size_t bytes = Cookie().size()) const;

 private:
  std::array<std::uint8_t, 32> secret_;
};

}  // namespace terse::serve::coap
