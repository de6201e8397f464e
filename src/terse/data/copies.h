// Copies of rows in a table: rows that say the same, as of a sensor that was read twice.
#pragma once

#include <cstdint>
#include <vector>

#include "terse/data/split.h"
#include "terse/data/table.h"

namespace terse::data {

/// A number per row of the table, that of the first row it is a copy of: equal for copies, as
/// `groups` of splits. Empty for Copies::apart. Equal are numbers of equal value, so 0 and -0, and
/// gaps among each other. The hash of a row decides nothing: rows of one hash are compared.
std::vector<std::uint32_t> groups_of_copies(const Table& table, Copies copies);

}  // namespace terse::data
