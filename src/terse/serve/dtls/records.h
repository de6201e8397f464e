// The records of a DTLS datagram (RFC 6347, section 4.1), and which of them may reach a handshake.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace terse::serve::dtls {

/// The part of a datagram that a handshake takes. OpenSSL keeps, of a handshake that has not come
/// so far, up to 100 records of the next epoch with 16 KiB of memory for each: so of those only the
/// first `encrypted_max` are let through, which is reduced by them. A client sends one, its
/// Finished, and that again when it is lost. What is not a record, and what follows it, is dropped.
std::vector<std::uint8_t> handshake_records(std::span<const std::uint8_t> datagram,
                                            unsigned& encrypted_max);

}  // namespace terse::serve::dtls
