// Columns that say something of the rows in place of being features: groups or parts, weights.
#pragma once

#include "terse/data/frame.h"
#include "terse/data/table.h"

namespace terse::data {

/// Fills split_labels and weights of the table from the columns that the selection names. Throws
/// InputError naming the cell: gaps, weights below 0, all of them 0; OptionError for a column that
/// is the target or a feature, too.
void add_row_columns(const Frame& frame, const Selection& selection, Table& table);

}  // namespace terse::data
