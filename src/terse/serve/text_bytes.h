// Bytes as text: hexadecimal digits, and base64 (RFC 4648, section 4).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace terse::serve {

/// Upper or lower case, nothing between; nothing if it is not that.
std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text);
std::string to_hex(std::span<const std::uint8_t> bytes);
/// With its padding; bits beyond the last byte must be zero. Nothing if it is not that.
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

/// Whether `text` can be a device's name: UTF-8 without control characters, 1 to 128 bytes.
bool is_device_name(std::string_view text);

}  // namespace terse::serve
