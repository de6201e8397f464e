// A request of HTTP as its reader gives it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "terse/serve/http/target.h"

namespace terse::serve::http {

enum class Method : std::uint8_t { get, head, post, put, options, other };

/// "PUT"; "other" for those that are not answered.
std::string_view word(Method method) noexcept;

struct HttpRequest {
  Method method = Method::other;
  Target target;
  bool has_host = true;  ///< HTTP/1.0 may go without, as probes of load balancers do
  /// Values of the header; empty where the header has no such field.
  std::string host;
  std::string origin;
  std::string fetch_site;  ///< Sec-Fetch-Site
  std::string authorization;
  std::string content_type;
  std::string expect;
  std::optional<std::uint64_t> length = {};  ///< Content-Length
  bool is_chunked = false;
  bool keeps_alive = true;  ///< the peer wants to ask again
  std::string body = {};
  std::string peer = {};  ///< its address

  bool has_body() const { return is_chunked || length.value_or(0) > 0; }
};

}  // namespace terse::serve::http
