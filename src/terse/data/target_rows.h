// Rows that say nothing about what is to be predicted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "terse/data/frame.h"

namespace terse::data {

/// Leaves out, while a table is read, the rows that have a gap in the column of a target.
class TargetRows {
 public:
  /// options: name the targets; a name without a column leaves all rows. The frame has its columns
  /// already, and no rows.
  TargetRows(const Frame& frame, const ReadOptions& options);

  /// After each row that was appended to the frame: takes it away again if it has no target. Gives
  /// whether it stays.
  bool after_row(Frame& frame);
  /// At the end: notes how many were left out for each target, the first that a row lacks. Throws
  /// InputError if no row is left.
  void finish(Frame& frame) const;

 private:
  struct Target {
    std::size_t column;
    std::size_t left_out = 0;
    std::uint64_t first_line = 0;
  };
  std::vector<Target> targets_;
};

/// The note of TargetRows about the rows that were left out, and its refusal if `kept` is 0.
/// first_place: "line 5".
void note_rows_without_target(Frame& frame, const std::string& target, std::size_t kept,
                              std::size_t left_out, const std::string& first_place);

}  // namespace terse::data
