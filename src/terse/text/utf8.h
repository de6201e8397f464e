// UTF-8, checked character by character.
#pragma once

#include <cstddef>
#include <string_view>

namespace terse::text {

/// Bytes of the character that `text` begins with, 1 to 4, or 0 if it is not UTF-8 (RFC 3629,
/// section 4: no overlong forms, no surrogates, nothing beyond U+10FFFF) or if text is empty.
std::size_t utf8_character_bytes(std::string_view text);

/// Whether the whole text is UTF-8.
bool is_utf8(std::string_view text);

}  // namespace terse::text
