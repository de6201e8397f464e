// Datagrams as the first message of a DTLS handshake; the answer to it is one that names it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "terse/base/error.h"
#include "terse/serve/dtls/hello.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace terse;
  const std::vector<std::uint8_t> datagram(data, data + size);
  const auto hello = terse::serve::dtls::read_dtls_hello(datagram);
  if (!hello) return 0;
  TERSE_CHECK(hello->random.size() == 32 && hello->record_number.size() == 6);
  TERSE_CHECK(hello->cookie.size() <= 255);
  const auto* const end = datagram.data() + datagram.size();
  TERSE_CHECK(hello->cookie.data() + hello->cookie.size() <= end);
  const auto cookie = hello->cookie.first(std::min<std::size_t>(hello->cookie.size(), 32));
  const auto answer = terse::serve::dtls::hello_verify_request(*hello, cookie);
  TERSE_CHECK(answer.size() == 28 + cookie.size());
  TERSE_CHECK(std::equal(answer.begin() + 5, answer.begin() + 11, hello->record_number.begin()));
  TERSE_CHECK(!terse::serve::dtls::read_dtls_hello(answer));
  return 0;
}
