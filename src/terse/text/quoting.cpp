#include "terse/text/quoting.h"

#include <fmt/core.h>

#include <algorithm>

#include "terse/text/utf8.h"

namespace terse::text {

std::string in_quotes(std::string_view text) {
  constexpr std::size_t bytes_max = 60;
  std::string result = "'";
  while (!text.empty() && result.size() <= bytes_max) {
    const auto byte = static_cast<unsigned char>(text.front());
    const std::size_t length = utf8_character_bytes(text);
    if (length == 0 || byte < 0x20 || byte == 0x7F || byte == '`') {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return result + (text.empty() ? "'" : "...'");
}

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text.front());
    const std::size_t length = utf8_character_bytes(text);
    if (length == 0 || byte < 0x20 || byte == 0x7F) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return result;
}

}  // namespace terse::text
