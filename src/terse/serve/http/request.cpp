#include "terse/serve/http/request.h"

#include <array>

#include <algorithm>

namespace terse::serve::http {

std::string_view word(Method method) noexcept {
  constexpr std::array<std::string_view, 6> words = {"GET", "HEAD",    "POST",
                                                     "PUT", "OPTIONS", "other"};
  return words[static_cast<std::size_t>(method)];
}

bool is_media_type(std::string_view field, std::string_view type) {
  std::string_view named = field.substr(0, field.find(';'));
  while (!named.empty() && (named.back() == ' ' || named.back() == '\t')) named.remove_suffix(1);
  return std::equal(named.begin(), named.end(), type.begin(), type.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a | 0x20) : a) == b;
  });
}

}  // namespace terse::serve::http
