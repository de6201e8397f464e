// Texts of other encodings as UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace terse::text {

/// Appends the character with this number (at most 0x10FFFF, no surrogate) as UTF-8.
void append_utf8(char32_t character, std::string& text);

/// A text of Latin-1 (ISO 8859-1) as UTF-8. The bytes 0x80 to 0x9F, which are control characters
/// there, are read as Windows-1252 has them: programs that write them mean that.
/// Source: WHATWG, Encoding Standard, "windows-1252", to which the label latin1 leads.
std::string latin1_as_utf8(std::string_view text);

}  // namespace terse::text
