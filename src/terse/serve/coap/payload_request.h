// POST or PUT of payloads to /m/MODEL, or to no path, as uplinks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "terse/serve/core/uplink.h"

namespace terse::serve::coap {

struct PayloadRequest {
  std::string model;                         ///< empty: the payload's tag says it
  std::string device;                        ///< query d, or the proven one; may be empty
  std::optional<std::string> counter = {};   ///< query n
  std::optional<std::string> key = {};       ///< query k
  std::optional<std::string> measured = {};  ///< query t
  bool restarted = false;                    ///< query "reset"
  core::Sender sender = {};
  std::optional<std::uint32_t> content_format = {};
  std::vector<std::uint8_t> body = {};
};

/// One uplink of the body, or with content format JSON those that core::read_payload_body() finds
/// in it, of which the first then bears `restarted`. Throws InputError if body or queries cannot be
/// read or an uplink has no device.
std::vector<core::Uplink> read_uplinks(PayloadRequest request);

}  // namespace terse::serve::coap
