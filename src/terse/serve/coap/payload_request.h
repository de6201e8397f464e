// POST or PUT of payloads to /m/MODEL, as uplinks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "terse/serve/core/uplink.h"

namespace terse::serve::coap {

struct PayloadRequest {
  std::string model;
  std::string device;   ///< query d, or the identity that the peer has proven; may be empty
  std::string counter;  ///< query n; may be empty
  std::optional<std::uint32_t> content_format;
  std::vector<std::uint8_t> body;
};

/// One uplink of the body, or with content format JSON those that core::read_payload_body() finds
/// in it. Throws InputError if the body cannot be read or an uplink has no device.
std::vector<core::Uplink> read_uplinks(PayloadRequest request);

}  // namespace terse::serve::coap
