// Bytes as hexadecimal digits.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace terse::text {

/// 0 to 15 for a digit of either case; nothing for any other byte.
std::optional<unsigned> hex_digit(char byte);

/// Upper or lower case, nothing between; nothing if it is not that.
std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text);
/// Two lower-case digits per byte.
std::string to_hex(std::span<const std::uint8_t> bytes);

}  // namespace terse::text
