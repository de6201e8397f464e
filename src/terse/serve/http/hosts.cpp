#include "terse/serve/http/hosts.h"

#include <arpa/inet.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace terse::serve::http {
namespace {

std::string lower(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return made;
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    return inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), bytes.data()) == 1;
  }
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1;
}

/// Without port and the dot that ends a full name.
std::string name_of(std::string_view host) {
  std::string name = lower(host);
  const std::size_t colon = name.rfind(':');
  if (colon != std::string::npos &&
      name.find_first_not_of("0123456789", colon + 1) == std::string::npos) {
    name.resize(colon);
  }
  if (name.ends_with('.')) name.pop_back();
  return name;
}

}  // namespace

Hosts::Hosts(std::vector<std::string> names, std::vector<std::string> origins)
    : names_(std::move(names)), origins_(std::move(origins)) {
  std::array<char, 256> own{};
  gethostname(own.data(), own.size() - 1);
  if (own[0] != '\0') names_.emplace_back(own.data());
  names_.emplace_back("localhost");
  for (std::string& name : names_) name = lower(name);
  for (std::string& origin : origins_) origin = lower(origin);
}

bool Hosts::knows(std::string_view host) const {
  const std::string name = name_of(host);
  return is_address(name) || std::find(names_.begin(), names_.end(), name) != names_.end() ||
         std::find(names_.begin(), names_.end(), "*") != names_.end();
}

bool Hosts::trusts(const HttpRequest& request, bool is_page) const {
  const std::string origin = lower(request.origin);
  if (!origin.empty()) {
    if (std::find(origins_.begin(), origins_.end(), origin) != origins_.end()) return true;
    const std::size_t begin = origin.find("://");
    return begin != std::string::npos && origin.substr(begin + 3) == lower(request.host);
  }
  // Browsers send no Origin with GET, but this (W3C Fetch Metadata, section 2.3).
  const bool is_own = request.fetch_site.empty() || request.fetch_site == "same-origin" ||
                      request.fetch_site == "none";
  return is_own || is_page;
}

}  // namespace terse::serve::http
