// Parameters of the query as values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "terse/serve/http/target.h"

namespace terse::serve::http {

/// The first parameter of this name.
std::optional<std::string> parameter(const Target& target, std::string_view name);

/// A whole number, digits alone. Throws InputError for other text and for other numbers than low to
/// high, below 2^63.
std::optional<std::int64_t> number(const Target& target, const std::string& name, std::int64_t low,
                                   std::int64_t high);

/// "true" or "false". Throws InputError for other text.
bool yes_or_no(const Target& target, const std::string& name, bool otherwise);

}  // namespace terse::serve::http
