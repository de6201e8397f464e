#include "terse/data/target_rows.h"

#include <fmt/core.h>

#include <algorithm>

#include "terse/base/error.h"
#include "terse/text/quoting.h"

namespace terse::data {

TargetRows::TargetRows(const Frame& frame, const ReadOptions& options) {
  const auto add = [&](const std::string& target) {
    if (target.empty()) return;
    const auto found = std::ranges::find(frame.columns, target, &Column::name);
    if (found == frame.columns.end()) return;
    targets_.push_back({static_cast<std::size_t>(found - frame.columns.begin())});
  };
  add(options.target);
  for (const std::string& target : options.further_targets) add(target);
}

bool TargetRows::after_row(Frame& frame) {
  // Since such rows do not stay, the mark can only be of this one.
  const auto lacking = std::ranges::find_if(targets_, [&](const Target& target) {
    return frame.columns[target.column].first_gap.present;
  });
  if (lacking == targets_.end()) return true;
  --frame.rows;
  if (lacking->left_out++ == 0) lacking->first_line = frame.lines.back();
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
  for (const Target& target : targets_) {
    if (target.left_out == 0) continue;
    note_rows_without_target(frame, frame.columns[target.column].name, frame.rows, target.left_out,
                             fmt::format("line {}", target.first_line));
  }
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
