// The JSON that POST /v1/models/{model}/payloads takes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "terse/serve/core/uplink.h"

namespace terse::serve::core {

inline constexpr std::size_t body_uplinks_max = 1000;

/// One object or an array of them:
///   {"device": "pump-7", "hex": "0a1b" or "base64": "Chs=", "counter": 17 or "key": "text",
///    "t": 1796000000.5}
/// device may be left out if `device` is not empty. model goes into every uplink. Throws InputError
/// naming the element.
std::vector<Uplink> read_payload_body(std::string_view body, const std::string& model,
                                      const std::string& device);

/// The same for a sender that is not told what is wrong: of an array, an element that cannot be
/// read is an uplink with its `problem`, whose payload is the element as JSON; the others stand.
std::vector<Uplink> read_payload_elements(std::string_view body, const std::string& model,
                                          const std::string& device);

}  // namespace terse::serve::core
