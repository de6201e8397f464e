// Letters, digits and blanks of ASCII, the same in every locale.
#pragma once

#include <string_view>

namespace terse::text {

/// Whether the byte is one of 0 to 9.
constexpr bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

/// Whether the byte is one of A to Z or a to z.
constexpr bool is_letter(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/// The small letter of a capital; every other byte as it is.
constexpr char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

/// Without blanks (space, tab) at both ends.
std::string_view trimmed(std::string_view text);

/// Whether the two are equal, small and capital letters taken for the same.
bool same_ignoring_case(std::string_view a, std::string_view b);

/// Whether `text` ends so, small and capital letters taken for the same.
bool ends_with_ignoring_case(std::string_view text, std::string_view end);

}  // namespace terse::text
