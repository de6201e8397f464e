// Columns that a program wrote beside a table: its index, and what follows a last separator.
#pragma once

#include <cstddef>

#include "terse/data/frame.h"

namespace terse::data {

/// Whether a column is an index that a program wrote beside the table: the first one, without a
/// name, with a different whole number in every row.
bool is_written_index(const Frame& frame, std::size_t column);

/// Whether a column has neither a name nor a value in any row, as behind a separator at the end of
/// every line.
bool is_blank(const Frame& frame, std::size_t column);

}  // namespace terse::data
