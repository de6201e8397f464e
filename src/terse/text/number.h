// Numbers in texts, read the same way in every locale.
#pragma once

#include <charconv>
#include <optional>
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

}  // namespace terse::text
