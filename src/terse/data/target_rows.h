// Rows that say nothing about what is to be predicted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "terse/data/frame.h"

namespace terse::data {

/// Leaves out, while a table is read, the rows that have a gap in one column.
class TargetRows {
 public:
  /// target: the column's name; without one of that name all rows stay. The frame has its columns
  /// already, and no rows.
  TargetRows(const Frame& frame, const std::string& target);

  /// After each row that was appended to the frame: takes it away again if it has no target. Gives
  /// whether it stays.
  bool after_row(Frame& frame);
  /// At the end: notes how many were left out. Throws InputError if no row is left.
  void finish(Frame& frame) const;

 private:
  std::size_t column_;  // that of the target, or the number of columns
  std::size_t left_out_ = 0;
  std::uint64_t first_line_ = 0;
};

/// The note of TargetRows about the rows that were left out, and its refusal if `kept` is 0.
/// first_place: "line 5".
void note_rows_without_target(Frame& frame, const std::string& target, std::size_t kept,
                              std::size_t left_out, const std::string& first_place);

}  // namespace terse::data
