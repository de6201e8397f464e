#include "terse/serve/coap/message.h"

#include <algorithm>

namespace terse::serve::coap {
namespace {

// Option numbers: RFC 7252, section 5.10; RFC 7641; RFC 7959; RFC 7967; RFC 9175.
enum Option : std::uint32_t {
  uri_host = 3,
  etag = 4,
  observe = 6,
  uri_port = 7,
  uri_path = 11,
  content_format = 12,
  max_age = 14,
  uri_query = 15,
  accept = 17,
  block2 = 23,
  block1 = 27,
  proxy_uri = 35,
  proxy_scheme = 39,
  echo = 252,
  no_response = 258,
};
constexpr std::uint8_t payload_marker = 0xff;

/// Takes bytes from the front; false when there are not enough.
class Taker {
 public:
  explicit Taker(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  bool empty() const { return bytes_.empty(); }
  std::span<const std::uint8_t> rest() const { return bytes_; }
  bool take(std::size_t count, std::span<const std::uint8_t>& taken) {
    if (count > bytes_.size()) return false;
    taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return true;
  }
  /// A delta or length of 4 bits with its extension (section 3.1).
  bool extend(std::uint32_t nibble, std::uint32_t& value) {
    std::span<const std::uint8_t> bytes;
    value = nibble;
    if (nibble < 13) return true;
    if (nibble == 15 || !take(nibble - 12, bytes)) return false;
    value = nibble == 13 ? bytes[0] + 13U : (bytes[0] << 8 | bytes[1]) + 269U;
    return true;
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

/// An unsigned integer option; nothing if it is longer than four bytes.
std::optional<std::uint32_t> number(std::span<const std::uint8_t> bytes) {
  if (bytes.size() > 4) return std::nullopt;
  std::uint32_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

std::string text(std::span<const std::uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

void take_option(std::uint32_t option, std::span<const std::uint8_t> value, CoapRequest& request) {
  const auto set = [&](std::optional<std::uint32_t>& field) {
    field = number(value);
    if (!field) request.bad_option = true;
  };
  switch (option) {
    case Option::uri_host:
    case Option::uri_port:
      return;
    case Option::uri_path:
      if (!request.path.empty()) request.path += '/';
      request.path += text(value);
      return;
    case Option::uri_query:
      return request.queries.push_back(text(value));
    case Option::content_format:
      return set(request.content_format);
    case Option::accept:
      return set(request.accept);
    case Option::observe:
      return set(request.observe);
    case Option::block2:
      return set(request.block2);
    case Option::echo:
      request.echo = value;
      return;
    case Option::block1:
      return set(request.block1);
    case Option::no_response:
      request.unwanted = number(value).value_or(0);
      return;
    case Option::proxy_uri:
    case Option::proxy_scheme:
      request.proxy = true;
      return;
    default:
      // Odd numbers are critical (section 5.4.1).
      if (option % 2 == 1) request.bad_option = true;
  }
}

bool take_options(Taker& taker, CoapRequest& request) {
  std::uint32_t option = 0;
  std::span<const std::uint8_t> bytes;
  while (!taker.empty()) {
    taker.take(1, bytes);
    const std::uint8_t head = bytes[0];
    if (head == payload_marker) {
      request.payload = taker.rest();
      // A marker without a payload is an error (section 3).
      return !request.payload.empty();
    }
    std::uint32_t delta = 0;
    std::uint32_t length = 0;
    if (!taker.extend(head >> 4, delta) || !taker.extend(head & 15, length)) return false;
    option += delta;
    if (option > 0xffff || !taker.take(length, bytes)) return false;
    take_option(option, bytes, request);
  }
  return true;
}

/// Writes options in rising order.
class OptionWriter {
 public:
  explicit OptionWriter(std::vector<std::uint8_t>& to) : to_(to) {}
  /// value: shorter than 13 bytes.
  void write(std::uint32_t option, std::span<const std::uint8_t> value) {
    const std::uint32_t delta = option - last_;
    last_ = option;
    to_.push_back(static_cast<std::uint8_t>(std::min(delta, 13U) << 4 | value.size()));
    if (delta >= 13) to_.push_back(static_cast<std::uint8_t>(delta - 13));
    to_.insert(to_.end(), value.begin(), value.end());
  }
  void write(std::uint32_t option, const std::optional<std::uint32_t>& value) {
    if (!value) return;
    std::array<std::uint8_t, 4> bytes{};
    std::size_t size = 0;
    while (size < 4 && *value >> (8 * size) != 0) ++size;
    for (std::size_t i = 0; i < size; ++i) {
      bytes[i] = static_cast<std::uint8_t>(*value >> (8 * (size - 1 - i)));
    }
    write(option, std::span(bytes).first(size));
  }

 private:
  std::vector<std::uint8_t>& to_;
  std::uint32_t last_ = 0;
};

}  // namespace

std::uint64_t fnv1a(std::string_view text, std::uint64_t seed) noexcept {
  for (const char each : text) {
    seed = (seed ^ static_cast<std::uint8_t>(each)) * 0x100000001b3;
  }
  return seed;
}

std::optional<std::string> CoapRequest::query(std::string_view name) const {
  for (const std::string& each : queries) {
    if (each.size() > name.size() && each.starts_with(name) && each[name.size()] == '=') {
      return each.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

std::uint64_t CoapRequest::subject() const {
  std::uint64_t hash = fnv1a(path) ^ (static_cast<std::uint64_t>(code) << 32 | accept.value_or(0));
  for (const std::string& each : queries) hash = fnv1a(each, fnv1a("&", hash));
  return hash;
}

CoapReading read_coap(std::span<const std::uint8_t> datagram, CoapRequest& request) {
  constexpr std::size_t header_bytes = 4;
  request = {};
  if (datagram.size() < header_bytes || datagram[0] >> 6 != 1) return CoapReading::noise;
  request.type = static_cast<CoapType>(datagram[0] >> 4 & 3);
  request.code = datagram[1];
  request.message_id = static_cast<std::uint16_t>(datagram[2] << 8 | datagram[3]);
  request.token.size = datagram[0] & 15;
  Taker taker(datagram.subspan(header_bytes));
  std::span<const std::uint8_t> token;
  if (request.token.size > 8 || !taker.take(request.token.size, token)) {
    request.token.size = 0;
    return CoapReading::malformed;
  }
  std::copy(token.begin(), token.end(), request.token.bytes.begin());
  if (request.code == 0) {
    return datagram.size() == header_bytes ? CoapReading::good : CoapReading::malformed;
  }
  return take_options(taker, request) ? CoapReading::good : CoapReading::malformed;
}

void write_coap(const CoapReply& reply, std::vector<std::uint8_t>& datagram) {
  datagram.push_back(
      static_cast<std::uint8_t>(0x40U | static_cast<unsigned>(reply.type) << 4 | reply.token.size));
  datagram.push_back(reply.code);
  datagram.push_back(static_cast<std::uint8_t>(reply.message_id >> 8));
  datagram.push_back(static_cast<std::uint8_t>(reply.message_id));
  const auto token = reply.token.view();
  datagram.insert(datagram.end(), token.begin(), token.end());
  OptionWriter options(datagram);
  options.write(Option::etag, reply.etag);
  options.write(Option::observe, reply.observe);
  options.write(Option::content_format, reply.content_format);
  options.write(Option::max_age, reply.max_age);
  options.write(Option::block2, reply.block2);
  options.write(Option::block1, reply.block1);
  if (!reply.echo.empty()) options.write(Option::echo, reply.echo);
  if (reply.payload.empty()) return;
  datagram.push_back(payload_marker);
  datagram.insert(datagram.end(), reply.payload.begin(), reply.payload.end());
}

}  // namespace terse::serve::coap
