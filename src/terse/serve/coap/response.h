// Responses to CoAP clients: a code of RFC 7252 and a body in the format they accept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "terse/serve/core/model_registry.h"
#include "terse/serve/core/uplink.h"
#include "terse/serve/store/store.h"

namespace terse::serve::coap {

/// Content formats of RFC 7252, section 12.3, and RFC 8949, section 9.4.
inline constexpr std::uint32_t text_format = 0;
inline constexpr std::uint32_t link_format = 40;
inline constexpr std::uint32_t json_format = 50;
inline constexpr std::uint32_t cbor_format = 60;

/// A code as the standard writes it: 4.04 is (4, 4).
constexpr std::uint8_t coap_code(unsigned major, unsigned detail) {
  return static_cast<std::uint8_t>(major << 5 | detail);
}

/// Whether the value of No-Response (RFC 7967, section 2.1) covers a code.
constexpr bool is_unwanted(std::uint32_t unwanted, std::uint8_t code) {
  const unsigned major = code >> 5;
  return major > 0 && (unwanted >> (major - 1) & 1) != 0;
}

struct CoapResponse {
  std::uint8_t code;     ///< class << 5 | detail
  std::uint32_t format;  ///< of the body
  std::string body;      ///< text: the prediction, or the reason
};

/// format: the Accept option; without it text.
bool can_accept(std::optional<std::uint32_t> format);
CoapResponse coap_response(const core::Answer& answer, std::optional<std::uint32_t> format,
                           const core::ModelRegistry& registry);

/// The last message of the resource "d/DEVICE" or "m/MODEL", null if none has come yet. As text the
/// prediction, of a model after the device and a blank; otherwise what the store holds of it less
/// payload and radio, which might not fit into a datagram, and of a device whether it is overdue,
/// where that is known.
std::string coap_state(const store::Row* row, std::string_view resource, std::uint32_t format,
                       std::optional<bool> overdue);

/// The content of /.well-known/core (RFC 6690): a resource per model, which can be observed.
std::string coap_links(const core::ModelRegistry& registry);

}  // namespace terse::serve::coap
