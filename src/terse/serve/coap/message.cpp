#include "terse/serve/coap/message.h"

#include <fmt/format.h>

#include <algorithm>

#include "terse/base/error.h"
#include "terse/serve/coap/option_rules.h"

namespace terse::serve::coap {
namespace {

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

/// An unsigned integer option, of at most four bytes.
std::uint32_t number(std::span<const std::uint8_t> bytes) {
  std::uint32_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

std::string text(std::span<const std::uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

// A segment's own slashes are not those between segments (section 6.5).
std::string segment(std::span<const std::uint8_t> bytes) {
  std::string result;
  for (const std::uint8_t byte : bytes) {
    if (byte == '/') {
      result += "%2F";
    } else {
      result += static_cast<char>(byte);
    }
  }
  return result;
}

/// count: how many options of this number the request has so far, this one included.
void take_option(std::uint32_t option, std::span<const std::uint8_t> value, std::size_t count,
                 CoapRequest& request) {
  if (!is_understood(option, value.size(), count)) {
    if (is_critical(option)) request.bad_option = true;
    return;
  }
  switch (option) {
    case Option::uri_path:
      if (count > 1) request.path += '/';
      request.path += segment(value);
      return;
    case Option::uri_query:
      return request.queries.push_back(text(value));
    case Option::content_format:
      request.content_format = number(value);
      return;
    case Option::accept:
      request.accept = number(value);
      return;
    case Option::observe:
      request.observe = number(value);
      return;
    case Option::block2:
      request.block2 = number(value);
      return;
    case Option::echo:
      request.echo = value;
      return;
    case Option::block1:
      request.block1 = number(value);
      return;
    case Option::no_response:
      request.unwanted = number(value);
      return;
    case Option::proxy_uri:
    case Option::proxy_scheme:
      request.proxy = true;
      return;
    default:  // of host and port there is one
      return;
  }
}

bool take_options(Taker& taker, CoapRequest& request) {
  std::uint32_t option = 0;
  std::size_t count = 0;
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
    count = delta == 0 ? count + 1 : 1;
    if (option > 0xffff || !taker.take(length, bytes)) return false;
    take_option(option, bytes, count, request);
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
  std::optional<std::string> found;
  for (const std::string& each : queries) {
    if (each.size() <= name.size() || !each.starts_with(name) || each[name.size()] != '=') continue;
    if (found) {
      throw base::InputError("", "", fmt::format("{} is given twice", name), "give it once");
    }
    found = each.substr(name.size() + 1);
  }
  return found;
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
