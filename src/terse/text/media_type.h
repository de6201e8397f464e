// Media types, as HTTP and MQTT name the kind of a body.
#pragma once

#include <algorithm>
#include <string_view>

namespace terse::text {

/// Whether a Content-Type names `type`, which is in small letters: letter case and parameters do
/// not count (RFC 9110, section 8.3.1).
inline bool is_media_type(std::string_view field, std::string_view type) {
  std::string_view named = field.substr(0, field.find(';'));
  while (!named.empty() && (named.back() == ' ' || named.back() == '\t')) named.remove_suffix(1);
  return std::equal(named.begin(), named.end(), type.begin(), type.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a | 0x20) : a) == b;
  });
}

}  // namespace terse::text
