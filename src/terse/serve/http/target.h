// The target of a request (RFC 9112, section 3.2): path and query, percent-decoded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace terse::serve::http {

struct Target {
  /// Segments: "/v1/models" has two, "/" an empty one. Empty for "*".
  std::vector<std::string> path;
  std::vector<std::pair<std::string, std::string>> query;
  /// Of "http://HOST/PATH"; it counts instead of the header's.
  std::optional<std::string> host = {};
};

/// Takes "/PATH?QUERY", "http[s]://HOST/PATH?QUERY" and "*". In the query '+' is a space. Throws
/// HttpError 400: for other forms, bytes that no URI has, "%" without two digits, and "%00".
Target parse_target(std::string_view text);

/// "/v1/devices/{+}/latest": "{}" stands for one segment, "{+}" for one or more, which come back
/// with '/' between them. Nothing if the path is another one.
std::optional<std::string> match(std::string_view pattern, const std::vector<std::string>& path);

}  // namespace terse::serve::http
