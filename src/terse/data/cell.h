// The content of one cell of a table.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "terse/data/frame.h"

namespace terse::data {

enum class CellKind : std::uint8_t { number, gap, infinity, text };

struct Cell {
  CellKind kind = CellKind::text;
  bool long_number = false;  ///< a number in more digits than every float holds
  float value = 0;           ///< number: the nearest float; infinity: with its sign; otherwise NaN
};

/// Reads a decimal number the same way in every locale: digits with '.', an exponent, a sign,
/// blanks around it. "inf" and what is too large for a float are infinity, what is too small is 0.
/// Gaps: nothing, any NaN, and, unless `quoted`, the words that pandas takes for them (NA N/A n/a
/// null NULL None <NA> #N/A #NA 1.#IND 1.#QNAN and the like) and '?'.
Cell parse_cell(std::string_view text, bool quoted);

/// Appends the cell to the column and keeps the column's marks.
inline void append(Column& column, const Cell& cell, std::string_view text);

/// The marks of append(): the first of its kind stays.
void mark(Column& column, CellKind kind, std::string_view text);

/// See above; here, so that the reader's hot loop can inline it.
inline void append(Column& column, const Cell& cell, std::string_view text) {
  if (cell.kind != CellKind::number) mark(column, cell.kind, text);
  column.long_numbers |= cell.long_number;
  column.values.push_back(cell.value);
}

}  // namespace terse::data
