// The time of a measurement as text, from queries and from network servers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace terse::serve::core {

/// Seconds since 1970, UTC, as SenML has them (RFC 8428, section 4.5.3, absolute times): digits,
/// perhaps a point and up to 9 more. Gives milliseconds, rounded down; nothing for other text and
/// for times before 2^28 (which SenML reads as relative) or after the year 9999.
std::optional<std::int64_t> read_measured_time(std::string_view text);

/// An instant as RFC 3339, section 5.6, writes it: "2026-02-12T15:15:45.787Z" or with an offset,
/// "...+01:00". Gives milliseconds since 1970, UTC, rounded down; nothing for other text and for
/// instants that read_measured_time() would not take. A leap second is the second after it.
std::optional<std::int64_t> read_instant(std::string_view text);

}  // namespace terse::serve::core
