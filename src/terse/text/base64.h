// Base64 (RFC 4648, section 4).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace terse::text {

/// With its padding; bits beyond the last byte must be zero. Nothing if it is not that.
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

}  // namespace terse::text
