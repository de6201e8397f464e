// The options of CoAP that the server knows, and what each may hold.
#pragma once

#include <cstddef>
#include <cstdint>

namespace terse::serve::coap {

/// Numbers: RFC 7252, section 5.10; RFC 7641; RFC 7959; RFC 7967; RFC 9175.
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

/// Whether a request that has this option must be rejected by who does not understand it: odd
/// numbers (RFC 7252, section 5.4.1).
constexpr bool is_critical(std::uint32_t option) {
  return option % 2 == 1;
}

/// Whether the server understands an option of this length, which is the `count`th of its number
/// in a request, from 1. One of another length, or beyond the only one that may be there, counts as
/// not understood (sections 5.4.3 and 5.4.5).
bool is_understood(std::uint32_t option, std::size_t bytes, std::size_t count);

}  // namespace terse::serve::coap
