// Layers around a payload on its way over IP: the bytes that a cellular radio really sends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace terse::airtime {

/// none: the payload alone (non-IP data delivery). udp: in a datagram. coap: as a request over UDP.
/// coaps: the same inside DTLS. coaps_short: inside DTLS, without path and query.
enum class Carrier : std::uint8_t { none, udp, coap, coaps, coaps_short };

/// "coaps-short", and back; nothing for other names.
std::string_view name_of(Carrier carrier);
std::optional<Carrier> carrier_of(std::string_view name);

struct Envelope {
  Carrier carrier = Carrier::coaps;
  bool ipv6 = false;
  /// Path and query of the request, without the first '/': "m/pump?n=1000". coap and coaps only.
  std::string target = "m/model?n=1000";
};

/// Bytes of each layer around a payload; 0 for one that is not there.
struct EnvelopeBytes {
  std::size_t ip = 0;    ///< RFC 791, section 3.1: 20; RFC 8200, section 3: 40
  std::size_t udp = 0;   ///< RFC 768: 8
  std::size_t dtls = 0;  ///< RFC 6347, section 4.3.1: 13; RFC 6655, sections 3 and 4: 8 and 8
  std::size_t coap = 0;  ///< RFC 7252, section 3
  std::size_t all() const { return ip + udp + dtls + coap; }
};

/// Of a request with a token of 2 bytes, whose options are the path and the queries of the target.
/// DTLS 1.2 with AES-CCM-8, which RFC 7252, section 9.1.3, asks for. Throws OptionError naming
/// "path" if a part of the target has more than 255 bytes.
EnvelopeBytes bytes_around(const Envelope& envelope);

}  // namespace terse::airtime
