// Files of payloads: hexadecimal text, one payload a line, or (.bin) all payloads one after the
// other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace terse::cli {

/// All payloads of a file, one after the other, each of bytes_each bytes. A name ending in .bin is
/// binary. Throws InputError with the line for text that is not hexadecimal and for a length that
/// does not fit.
std::vector<std::uint8_t> read_payloads(const std::string& path, std::size_t bytes_each);

/// One line of lower-case hexadecimal digits, with line feed.
std::string hex_line(std::span<const std::uint8_t> payload);

}  // namespace terse::cli
