// Copies of rows in a table: rows that say the same, as of a sensor that was read twice.
#pragma once

#include <cstdint>
#include <vector>

#include "terse/data/table.h"

namespace terse::data {

/// Per row of the table the first row that it is a copy of, itself if there is none before it: a
/// row with the same features, and the same target if `targets_too` and the table has one. Equal
/// are numbers of equal value, so 0 and -0, and gaps among each other. The hash of a row decides
/// nothing: rows of one hash are compared.
std::vector<std::uint32_t> first_copies(const Table& table, bool targets_too);

}  // namespace terse::data
