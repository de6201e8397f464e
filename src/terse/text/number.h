// Numbers in texts, read and written the same way in every locale.
#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace terse::text {

/// The number that `text` is as a whole: decimal digits without blanks or a plus sign, for floating
/// point also a fraction, an exponent, "inf" and "nan". Nothing for anything else, and for what a
/// T cannot hold.
template <typename T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

/// "1 bit", "2 bits": for a noun whose plural ends in s.
inline std::string counted(std::size_t count, std::string_view noun) {
  std::string text = std::to_string(count) + ' ';
  text += noun;
  if (count != 1) text += 's';
  return text;
}

}  // namespace terse::text
