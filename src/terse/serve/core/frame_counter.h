// Frame counters as text, from queries and topics.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace terse::serve::core {

/// Decimal digits and nothing else, so that one number is one counter: "7" and "007" are the same,
/// "", "+7", "-7", " 7" and "7.0" give nothing, as does all above 2^63 - 1, the largest that the
/// stores keep.
std::optional<std::uint64_t> read_counter(std::string_view text);

}  // namespace terse::serve::core
