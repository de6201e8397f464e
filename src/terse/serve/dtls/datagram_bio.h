// OpenSSL's end of a datagram: what it reads is one that came, what it writes becomes one each.
#pragma once

#include <openssl/bio.h>

#include <cstdint>
#include <functional>
#include <span>

namespace terse::serve::dtls {

struct DatagramPipe {
  std::span<const std::uint8_t> incoming = {};  ///< read once, then empty
  std::function<void(std::span<const std::uint8_t>)> outgoing;
};

/// For SSL_set_bio(). pipe must outlive it. Null if there is no memory.
BIO* new_datagram_bio(DatagramPipe& pipe);

}  // namespace terse::serve::dtls
