#include "terse/airtime/envelope.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "terse/base/error.h"
#include "terse/text/hex.h"

namespace terse::airtime {
namespace {

constexpr std::array names{
    std::pair{Carrier::none, "none"},
    std::pair{Carrier::udp, "udp"},
    std::pair{Carrier::coap, "coap"},
    std::pair{Carrier::coaps, "coaps"},
    std::pair{Carrier::coaps_short, "coaps-short"},
};

/// Bytes of a part of a URI, whose "%2F" is one (RFC 3986, section 2.1).
std::size_t decoded_bytes(std::string_view part) {
  std::size_t bytes = 0;
  for (std::size_t at = 0; at < part.size(); ++at, ++bytes) {
    const bool escaped = part[at] == '%' && at + 2 < part.size() && text::hex_digit(part[at + 1]) &&
                         text::hex_digit(part[at + 2]);
    if (escaped) at += 2;
  }
  return bytes;
}

/// Of one option for each part between separators (RFC 7252, sections 3.1 and 6.4). Numbers of
/// options differ by less than 13 here, which needs no byte of its own.
std::size_t option_bytes(std::string_view text, char separator) {
  std::size_t bytes = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::size_t value = decoded_bytes(text.substr(0, end));
    if (value > 255) {
      throw base::OptionError("path", "",
                              fmt::format("a part of {} bytes does not fit into CoAP", value),
                              "give parts of 255 bytes at most");
    }
    bytes += 1 + (value >= 13 ? 1 : 0) + value;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return bytes;
}

std::size_t coap_bytes(const Envelope& envelope) {
  constexpr std::size_t header = 4;
  constexpr std::size_t token = 2;
  constexpr std::size_t payload_marker = 1;
  std::size_t options = 0;
  if (envelope.carrier != Carrier::coaps_short) {
    std::string_view target = envelope.target;
    if (target.starts_with('/')) target.remove_prefix(1);
    const std::size_t question = std::min(target.find('?'), target.size());
    options = option_bytes(target.substr(0, question), '/') +
              option_bytes(target.substr(std::min(question + 1, target.size())), '&');
  }
  return header + token + options + payload_marker;
}

}  // namespace

std::string_view name_of(Carrier carrier) {
  return std::ranges::find(names, carrier, &std::pair<Carrier, const char*>::first)->second;
}

std::optional<Carrier> carrier_of(std::string_view name) {
  for (const auto& [carrier, its_name] : names) {
    if (name == its_name) return carrier;
  }
  return std::nullopt;
}

EnvelopeBytes bytes_around(const Envelope& envelope) {
  EnvelopeBytes bytes;
  if (envelope.carrier == Carrier::none) return bytes;
  bytes.ip = envelope.ipv6 ? 40 : 20;
  bytes.udp = 8;
  if (envelope.carrier == Carrier::udp) return bytes;
  bytes.coap = coap_bytes(envelope);
  // Head of a record 13, explicit nonce 8, authentication 8.
  if (envelope.carrier != Carrier::coap) bytes.dtls = 13 + 8 + 8;
  return bytes;
}

}  // namespace terse::airtime
