// The first message of a DTLS handshake, and the answer that asks whether its sender really is at
// the address it seems to have (RFC 6347, section 4.2.1).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace terse::serve::dtls {

/// Views into the datagram.
struct DtlsHello {
  std::span<const std::uint8_t> record_number;  ///< 6 bytes, to be repeated in the answer
  std::span<const std::uint8_t> random;         ///< 32 bytes
  std::span<const std::uint8_t> cookie;         ///< empty in the first hello of a handshake
};

/// Nothing if the datagram does not begin with an unencrypted ClientHello that is whole up to its
/// cookie.
std::optional<DtlsHello> read_dtls_hello(std::span<const std::uint8_t> datagram);

/// The datagram of a HelloVerifyRequest. cookie: at most 32 bytes, as DTLS 1.0 has it.
std::vector<std::uint8_t> hello_verify_request(const DtlsHello& hello,
                                               std::span<const std::uint8_t> cookie);

/// Cookies that only a peer that receives at an address can know, for a minute or two.
class HelloCookies {
 public:
  using Cookie = std::array<std::uint8_t, 32>;

  /// With a secret of its own. Throws JobError if the system has no random numbers.
  HelloCookies();

  /// peer: address and port. minute: of any clock that does not jump.
  Cookie make(std::string_view peer, std::int64_t minute) const;
  /// Whether the cookie was made for the peer in this minute or the one before.
  bool check(std::string_view peer, std::int64_t minute,
             std::span<const std::uint8_t> cookie) const;

 private:
  std::array<std::uint8_t, 32> secret_;
};

}  // namespace terse::serve::dtls
