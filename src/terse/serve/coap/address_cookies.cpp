#include "terse/serve/coap/address_cookies.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <string>

#include "terse/base/error.h"

namespace terse::serve::coap {

AddressCookies::AddressCookies() {
  if (RAND_bytes(secret_.data(), static_cast<int>(secret_.size())) != 1) {
    throw base::JobError("the system gives no random numbers");
  }
}

AddressCookies::Cookie AddressCookies::make(std::string_view peer, std::int64_t minute) const {
  std::string text(peer);
  for (int shift = 0; shift < 64; shift += 8) text += static_cast<char>(minute >> shift);
  Cookie cookie{};
  unsigned size = 0;
  HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), cookie.data(), &size);
  TERSE_CHECK(size == cookie.size());
  return cookie;
}

bool AddressCookies::check(std::string_view peer, std::int64_t minute,
                           std::span<const std::uint8_t> cookie, std::size_t bytes) const {
  if (cookie.size() != bytes) return false;
  for (const std::int64_t made : {minute, minute - 1}) {
    if (CRYPTO_memcmp(make(peer, made).data(), cookie.data(), bytes) == 0) return true;
  }
  return false;
}

}  // namespace terse::serve::coap
