// The known names that a mistyped one may mean.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace terse::data {

/// Edits (insert, delete, replace one byte; letters without regard to case) from a to b.
/// Source: V. I. Levenshtein, Soviet Physics Doklady 10, 1966.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// At most three of `names`, nearest first, that are at most a third of the wanted name's length
/// (at least one edit) away, or contain it.
std::vector<std::string> near_names(std::string_view wanted, std::span<const std::string> names);

/// For a message: "near matches: 'a', 'b'", or "the columns are a, b, c, ..." (up to ten).
std::string name_advice(std::string_view wanted, std::span<const std::string> names);

}  // namespace terse::data
