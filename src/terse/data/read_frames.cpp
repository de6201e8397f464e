#include <fmt/core.h>

#include <algorithm>

#include "terse/base/error.h"
#include "terse/data/frame.h"
#include "terse/data/limits.h"
#include "terse/text/quoting.h"

namespace terse::data {
namespace {

std::vector<std::string> names_of(const Frame& frame) {
  std::vector<std::string> names;
  for (const Column& column : frame.columns) names.push_back(column.name);
  return names;
}

// Where the next frame has the first one's columns.
std::vector<std::size_t> places(const Frame& first, const Frame& next) {
  const auto names = names_of(first);
  const auto others = names_of(next);
  std::vector<std::size_t> result(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) result[i] = i;
  if (names == others) return result;
  const auto refuse = [&](const std::string& problem, const std::string& remedy) {
    throw base::InputError(next.source, "", problem, remedy);
  };
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto found = std::ranges::find(others, names[i]);
    if (found == others.end()) {
      refuse(fmt::format("there is no column {}, which {} has", text::in_quotes(names[i]),
                         first.source),
             "give every file the same columns");
    }
    if (std::find(found + 1, others.end(), names[i]) != others.end()) {
      refuse(fmt::format("two columns are called {}", text::in_quotes(names[i])),
             "give each column its own name");
    }
    result[i] = static_cast<std::size_t>(found - others.begin());
  }
  for (const std::string& name : others) {
    if (std::ranges::find(names, name) != names.end()) continue;
    refuse(fmt::format("the column {} is not in {}", text::in_quotes(name), first.source),
           "give every file the same columns");
  }
  if (names.size() != others.size()) {
    refuse(
        fmt::format("it has {} columns where {} has {}", others.size(), first.source, names.size()),
        "give every file the same columns");
  }
  return result;
}

void append_mark(CellMark& mark, const CellMark& next, std::size_t rows_before) {
  if (mark.present || !next.present) return;
  mark = next;
  mark.row += rows_before;
}

// Origins that were chosen for each file by itself: the differences move to the first one's.
void join_origins(Column& column, Column& next) {
  if (column.origin == next.origin) return;
  const double moved = next.origin - column.origin;
  for (float& value : next.values) value = static_cast<float>(static_cast<double>(value) + moved);
}

void append_column(Column& column, Column& next, const std::string& source) {
  join_origins(column, next);
  column.long_numbers = column.long_numbers || next.long_numbers;
  const std::size_t rows_before = column.values.size();
  append_mark(column.first_text, next.first_text, rows_before);
  append_mark(column.first_gap, next.first_gap, rows_before);
  append_mark(column.first_infinity, next.first_infinity, rows_before);
  if (column.unit.empty()) column.unit = next.unit;
  if (!next.unit.empty() && next.unit != column.unit) {
    throw base::InputError(source, fmt::format("column {}", text::in_quotes(column.name)),
                           fmt::format("the unit is {}, not {} as in the file before it",
                                       text::in_quotes(next.unit), text::in_quotes(column.unit)),
                           "give every file the same units");
  }
  if (next.categories.empty()) {
    column.values.insert(column.values.end(), next.values.begin(), next.values.end());
    return;
  }
  std::vector<float> index_of;
  for (const std::string& name : next.categories) {
    auto found = std::ranges::find(column.categories, name);
    if (found == column.categories.end()) {
      column.categories.push_back(name);
      found = column.categories.end() - 1;
    }
    index_of.push_back(static_cast<float>(found - column.categories.begin()));
  }
  for (const float value : next.values) {
    column.values.push_back(value == value ? index_of[static_cast<std::size_t>(value)] : value);
  }
}

void append_frame(Frame& frame, Frame next) {
  const std::vector<std::size_t> from = places(frame, next);
  if (frame.rows + next.rows > rows_max) {
    throw base::InputError(next.source, "",
                           fmt::format("with it there are more than {} rows", rows_max),
                           "split the table");
  }
  for (std::size_t i = 0; i < from.size(); ++i) {
    append_column(frame.columns[i], next.columns[from[i]], next.source);
  }
  frame.files.push_back({next.source, frame.rows});
  // Rows of built-in tables have no lines: they are counted.
  if (frame.lines.empty()) {
    for (std::size_t row = 0; row < frame.rows; ++row) frame.lines.push_back(row + 1);
  }
  for (std::size_t row = 0; row < next.rows; ++row) {
    frame.lines.push_back(next.lines.empty() ? row + 1 : next.lines[row]);
  }
  frame.rows += next.rows;
  for (const std::string& note : next.notes) frame.notes.push_back(next.source + ": " + note);
}

}  // namespace

Frame read_frames(const std::vector<std::string>& data, const ReadOptions& options) {
  Frame frame = read_frame(data.front(), options);
  if (data.size() == 1) return frame;
  frame.files.push_back({frame.source, 0});
  for (std::string& note : frame.notes) note = frame.source + ": " + note;
  // One origin for all files, if the first one needs it.
  ReadOptions further = options;
  for (ColumnOrigin& one : further.origins) {
    for (const Column& column : frame.columns) {
      if (column.name == one.column && column.origin != 0.0) one.origin = column.origin;
    }
  }
  std::string source = frame.source;
  for (std::size_t i = 1; i < data.size(); ++i) {
    append_frame(frame, read_frame(data[i], further));
    source += " + " + data[i];
  }
  frame.source = source;
  return frame;
}

}  // namespace terse::data
