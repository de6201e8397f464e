#include "terse/data/frame.h"

#include <fmt/core.h>

#include <algorithm>

#include "terse/text/quoting.h"

namespace terse::data {

bool ReadOptions::is_target(const std::string& column) const {
  if (column.empty()) return false;
  return column == target || std::ranges::find(further_targets, column) != further_targets.end();
}

const std::string& Frame::source_of(std::size_t row) const {
  const std::string* found = &source;
  for (const FrameFile& file : files) {
    if (file.first_row <= row) found = &file.source;
  }
  return *found;
}

std::string Frame::place(std::size_t row, std::size_t column) const {
  const std::string where =
      row < lines.size() ? fmt::format("line {}", lines[row]) : fmt::format("row {}", row + 1);
  return fmt::format("{}, column {} ({})", where, column + 1,
                     text::in_quotes(columns[column].name));
}

}  // namespace terse::data
