// The time of a measurement as text, from queries.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace terse::serve::core {

/// Seconds since 1970, UTC, as SenML has them (RFC 8428, section 4.5.3, absolute times): digits,
/// perhaps a point and up to 9 more. Gives milliseconds, rounded down; nothing for other text and
/// for times before 2^28 (which SenML reads as relative) or after the year 9999.
std::optional<std::int64_t> read_measured_time(std::string_view text);

}  // namespace terse::serve::core
