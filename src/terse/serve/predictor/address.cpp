#include "terse/serve/predictor/address.h"

#include <fmt/core.h>

#include <algorithm>

#include "terse/base/error.h"
#include "terse/text/number.h"
#include "terse/text/quoting.h"

namespace terse::serve::predictor {
namespace {

constexpr std::string_view scheme = "http://";
constexpr std::string_view models = "/v2/models/";

[[noreturn]] void refuse(std::string_view text, const char* problem) {
  throw base::OptionError(
      "predictor", "", text::in_quotes(text) + problem,
      "write for example http://127.0.0.1:8080, or with /v2/models/NAME behind");
}

bool is_plain(std::string_view text, std::string_view more) {
  return std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           more.find(c) != std::string_view::npos;
  });
}

bool is_target(std::string_view target) {
  if (!target.starts_with(models) || target.size() > 512) return false;
  const std::string_view named = target.substr(models.size());
  const std::size_t slash = named.find('/');
  const std::string_view behind = slash == named.npos ? "" : named.substr(slash);
  constexpr std::string_view versions = "/versions/";
  const bool versioned = behind.starts_with(versions) && behind.size() > versions.size() &&
                         behind.substr(versions.size()).find('/') == behind.npos;
  return is_plain(named, "-_.~%/") && slash != 0 && !named.empty() && (behind.empty() || versioned);
}

}  // namespace

Address parse_address(std::string_view text) {
  if (text.starts_with("https://")) {
    refuse(text,
           " asks for TLS, which the predictor's connection does not have: keep it on this "
           "machine or a private network");
  }
  if (!text.starts_with(scheme)) refuse(text, " does not begin with http://");
  std::string_view rest = text.substr(scheme.size());
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view target = rest.substr(slash);
  std::string_view host = rest.substr(0, slash);
  std::string_view port = "80";
  const std::size_t colon = host.rfind(':');
  const bool bracketed = host.starts_with('[');
  if (colon != host.npos && (!bracketed || host.find(']') < colon)) {
    port = host.substr(colon + 1);
    host = host.substr(0, colon);
  }
  if (bracketed) {
    if (host.size() < 3 || !host.ends_with(']')) refuse(text, " has no host");
    host = host.substr(1, host.size() - 2);
  }
  if (host.empty() || !is_plain(host, bracketed ? ":." : "-_.")) refuse(text, " has no host");
  const auto number = text::parse_number<unsigned>(port);
  if (!number || *number == 0 || *number > 65535) refuse(text, " has no port from 1 to 65535");
  while (target.ends_with('/')) target.remove_suffix(1);
  if (!target.empty() && !is_target(target)) {
    refuse(text, " does not end in /v2/models/NAME or /v2/models/NAME/versions/VERSION");
  }
  return {std::string(host), std::string(port), std::string(target)};
}

std::string infer_target(const Address& address, std::string_view name) {
  return address.target.empty() ? fmt::format("{}{}/infer", models, name)
                                : address.target + "/infer";
}

std::string host_field(const Address& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return fmt::format("{}:{}", v6 ? "[" + address.host + "]" : address.host, address.port);
}

}  // namespace terse::serve::predictor
