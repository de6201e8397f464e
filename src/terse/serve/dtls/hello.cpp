#include "terse/serve/dtls/hello.h"

#include <algorithm>
#include <array>

#include "terse/base/error.h"

namespace terse::serve::dtls {
namespace {

constexpr std::uint8_t handshake_record = 22;
constexpr std::uint8_t client_hello = 1;
constexpr std::uint8_t hello_verify = 3;
constexpr std::size_t record_header = 13;
constexpr std::size_t handshake_header = 12;
constexpr std::size_t random_bytes = 32;

/// Reads on and on; once something is missing, everything is.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  bool good() const noexcept { return good_; }
  std::span<const std::uint8_t> take(std::size_t count) {
    if (count > rest_.size()) good_ = false;
    if (!good_) return {};
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  std::uint32_t number(std::size_t bytes) {
    std::uint32_t value = 0;
    for (const std::uint8_t byte : take(bytes)) value = value << 8 | byte;
    return value;
  }

 private:
  std::span<const std::uint8_t> rest_;
  bool good_ = true;
};

}  // namespace

std::optional<DtlsHello> read_dtls_hello(std::span<const std::uint8_t> datagram) {
  Reader record(datagram);
  if (record.number(1) != handshake_record) return std::nullopt;
  if (record.number(1) != 0xfe) return std::nullopt;  // 0xff or 0xfd follows: 1.0 or 1.2
  record.take(1);
  const std::uint32_t epoch = record.number(2);
  DtlsHello hello;
  hello.record_number = record.take(6);
  // What is beyond the datagram, or was not given, is missed below only if it is needed.
  const std::size_t length = record.number(2);
  if (!record.good() || epoch != 0) return std::nullopt;
  const auto content = datagram.subspan(record_header);
  Reader message(content.first(std::min(content.size(), length)));
  if (message.number(1) != client_hello) return std::nullopt;
  message.take(5);  // length, number
  const std::uint32_t offset = message.number(3);
  const std::size_t fragment = message.number(3);
  if (!message.good() || offset != 0) return std::nullopt;
  const auto rest = message.take(std::min(fragment, content.size() - handshake_header));
  Reader body(rest);
  body.take(2);  // version
  hello.random = body.take(random_bytes);
  body.take(body.number(1));  // session
  hello.cookie = body.take(body.number(1));
  return body.good() ? std::optional(hello) : std::nullopt;
}

std::vector<std::uint8_t> hello_verify_request(const DtlsHello& hello,
                                               std::span<const std::uint8_t> cookie) {
  TERSE_CHECK(hello.record_number.size() == 6 && cookie.size() <= 32);
  const auto body = static_cast<std::uint8_t>(3 + cookie.size());
  const auto content = static_cast<std::uint8_t>(handshake_header + body);
  std::vector<std::uint8_t> datagram;
  const auto add = [&](std::span<const std::uint8_t> bytes) {
    for (const std::uint8_t byte : bytes) datagram.push_back(byte);
  };
  // The version is that of DTLS 1.0 in any case, as section 4.2.1 has it.
  add(std::array<std::uint8_t, 5>{handshake_record, 0xfe, 0xff, 0, 0});
  add(hello.record_number);
  add(std::array<std::uint8_t, 2>{0, content});
  add(std::array<std::uint8_t, handshake_header>{hello_verify, 0, 0, body, 0, 0, 0, 0, 0, 0, 0,
                                                 body});
  add(std::array<std::uint8_t, 3>{0xfe, 0xff, static_cast<std::uint8_t>(cookie.size())});
  add(cookie);
  return datagram;
}

}  // namespace terse::serve::dtls
