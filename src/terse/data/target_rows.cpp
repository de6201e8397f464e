#include "terse/data/target_rows.h"

#include <fmt/core.h>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::data {

TargetRows::TargetRows(const Frame& frame, const std::string& target)
    : column_(frame.columns.size()) {
  if (target.empty()) return;
  for (std::size_t index = frame.columns.size(); index-- > 0;) {
    if (frame.columns[index].name == target) column_ = index;
  }
}

bool TargetRows::after_row(Frame& frame) {
  if (column_ == frame.columns.size()) return true;
  // Since such rows do not stay, the mark can only be of this one.
  if (!frame.columns[column_].first_gap.present) return true;
  --frame.rows;
  if (left_out_++ == 0) first_line_ = frame.lines.back();
  frame.lines.pop_back();
  for (Column& column : frame.columns) {
    column.values.pop_back();
    for (CellMark* mark : {&column.first_text, &column.first_gap, &column.first_infinity}) {
      if (mark->present && mark->row == frame.rows) *mark = {};
    }
  }
  return false;
}

void TargetRows::finish(Frame& frame) const {
  if (left_out_ == 0) return;
  note_rows_without_target(frame, frame.columns[column_].name, frame.rows, left_out_,
                           fmt::format("line {}", first_line_));
}

void note_rows_without_target(Frame& frame, const std::string& target, std::size_t kept,
                              std::size_t left_out, const std::string& first_place) {
  const std::string name = text::in_quotes(target);
  if (kept == 0) {
    throw base::InputError(frame.source, "", "no row has a value of the target " + name,
                           "name another `target`");
  }
  frame.notes.push_back(fmt::format("{} row{} without a value of the target {} left out ({}{})",
                                    left_out, left_out == 1 ? "" : "s",
                                    name + (left_out == 1 ? " is" : " are"), first_place,
                                    left_out == 1 ? "" : " is the first"));
}

}  // namespace terse::data
