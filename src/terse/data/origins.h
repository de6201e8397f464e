// Numbers far from 0 whose differences matter, such as times: read in double, kept in float32 as
// differences from an origin.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "terse/data/cell_reader.h"
#include "terse/data/frame.h"

namespace terse::data {

/// The columns of which float32 may have merged numbers: their digits are more than it holds, and
/// their range is less than 2^16 of its steps at their size.
std::vector<std::string> merged_columns(const Frame& frame);

/// Collects the numbers of some columns in double while a table is read.
class OriginColumns {
 public:
  /// The frame has its columns already, and no rows.
  OriginColumns(const Frame& frame, const std::vector<ColumnOrigin>& wanted);

  /// A cell that was appended to a column of the frame.
  void append(std::size_t column, const Cell& cell, const CellReader& cells, std::string_view text);
  /// The same of a number that is known in double; NaN: a gap, or a text.
  void append(std::size_t column, double exact);
  /// Takes the last row away again.
  void drop_row();
  /// At the end: puts the differences into the frame, and a note about each origin that was chosen.
  void finish(Frame& frame);

 private:
  struct Own {
    std::size_t column = 0;
    std::optional<double> origin;
    std::vector<double> values;
  };

  std::vector<Own> own_;
};

}  // namespace terse::data
