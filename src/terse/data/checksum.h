// Checksums in lower-case hexadecimal: MD5 (RFC 1321) as OpenML publishes it, SHA-256 (FIPS 180-4).
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace terse::data {

/// 32 digits.
std::string md5_hex(std::string_view bytes);
/// Of a file's bytes. Throws InputError if it cannot be read.
std::string md5_hex_of_file(const std::string& path);

/// 64 digits.
std::string sha256_hex(std::string_view bytes);
/// Of the parts one after another.
std::string sha256_hex(std::span<const std::string_view> parts);

}  // namespace terse::data
