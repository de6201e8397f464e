// The first message of a DTLS handshake, and the answer that asks whether its sender really is at
// the address it seems to have (RFC 6347, section 4.2.1).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
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

}  // namespace terse::serve::dtls
