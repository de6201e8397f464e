#include "terse/data/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "terse/data/arff.h"
#include "terse/data/bytes.h"
#include "terse/data/cell.h"
#include "terse/data/checksum.h"
#include "terse/data/csv.h"
#include "terse/data/fried.h"
#include "terse/data/near_names.h"
#include "terse/data/openml.h"
#include "terse/error.h"

namespace terse::data {
namespace {

bool ends_with_ignoring_case(std::string_view text, std::string_view end) {
  return text.size() >= end.size() &&
         same_ignoring_case(text.substr(text.size() - end.size()), end);
}

// Takes a Selection apart and checks it against one frame.
class Selector {
 public:
  Selector(const Frame& frame, const Selection& selection) : frame_(frame), selection_(selection) {
    for (const Column& column : frame.columns) names_.push_back(column.name);
  }

  Table select();

 private:
  std::size_t find(const std::string& name, const std::string& option) const;
  bool find_target(std::size_t& target) const;
  std::vector<std::size_t> feature_columns(bool target_found, std::size_t target) const;
  void check_rows() const;
  void check_cells(std::size_t index, bool is_target) const;
  bool constant(std::size_t index) const;
  [[noreturn]] void fail(const CellMark& mark, std::size_t index, const std::string& problem,
                         bool is_target) const;

  const Frame& frame_;
  const Selection& selection_;
  std::vector<std::string> names_;
};

std::size_t Selector::find(const std::string& name, const std::string& option) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) {
    throw InputError(frame_.source, "",
                     fmt::format("there is no column {}{}", in_quotes(name), option),
                     name_advice(name, names_));
  }
  const auto index = static_cast<std::size_t>(found - names_.begin());
  const auto again = std::find(found + 1, names_.end(), name);
  if (again != names_.end()) {
    throw InputError(frame_.source, "",
                     fmt::format("the columns {} and {} are both called {}", index + 1,
                                 again - names_.begin() + 1, in_quotes(name)),
                     "give each column its own name");
  }
  if (!is_utf8(name)) {
    throw InputError(frame_.source, fmt::format("column {}", index + 1),
                     fmt::format("the name {} is not UTF-8", in_quotes(name)),
                     "save the table as UTF-8");
  }
  return index;
}

bool Selector::find_target(std::size_t& target) const {
  const bool known = std::find(names_.begin(), names_.end(), selection_.target) != names_.end();
  if (!known && !selection_.target_required) return false;
  target = find(selection_.target, " (--target)");
  const Column& column = frame_.columns[target];
  const bool complete =
      !column.first_text.present && !column.first_gap.present && !column.first_infinity.present;
  // A target that is only half known must not stop a prediction, which does not need it.
  return complete || selection_.target_required;
}

std::vector<std::size_t> Selector::feature_columns(bool target_found, std::size_t target) const {
  std::vector<bool> ignored(names_.size(), false);
  for (const std::string& name : selection_.ignored) {
    // Every column of an ignored name is ignored, so that duplicates can be left out.
    if (std::find(names_.begin(), names_.end(), name) == names_.end()) find(name, " (--ignore)");
    for (std::size_t i = 0; i < names_.size(); ++i) ignored[i] = ignored[i] || names_[i] == name;
  }
  if (target_found && ignored[target]) {
    throw InputError("--ignore", "", in_quotes(names_[target]) + " is the target",
                     "name another target or do not ignore it");
  }
  std::vector<std::size_t> columns;
  for (const std::string& name : selection_.features) {
    const std::size_t index = find(name, "");
    if (target_found && index == target) {
      throw InputError(frame_.source, "", in_quotes(name) + " is both the target and a feature",
                       "remove it from the features");
    }
    if (std::find(columns.begin(), columns.end(), index) != columns.end()) {
      throw InputError(frame_.source, "", fmt::format("feature {} is named twice", in_quotes(name)),
                       "name each feature once");
    }
    if (!ignored[index]) columns.push_back(index);
  }
  if (!selection_.features.empty()) return columns;
  for (std::size_t index = 0; index < names_.size(); ++index) {
    if (ignored[index] || names_[index] == selection_.target) continue;
    columns.push_back(find(names_[index], ""));
  }
  return columns;
}

void Selector::check_rows() const {
  const std::size_t rows_min = selection_.constant_allowed ? 1 : 2;
  if (frame_.rows >= rows_min) return;
  throw InputError(frame_.source, "",
                   frame_.rows == 0 ? "there are no rows" : "there is only one row",
                   fmt::format("at least {} needed", rows_min == 1 ? "one is" : "two are"));
}

void Selector::fail(const CellMark& mark, std::size_t index, const std::string& problem,
                    bool is_target) const {
  std::string remedy;
  if (is_target) {
    remedy = "a target is a finite number in every row: remove the row, or name another --target";
  } else if (selection_.constant_allowed) {
    remedy = "the model needs a number for each of its features in every row";
  } else {
    remedy = fmt::format("remove the row, or leave the column out: --ignore {}",
                         names_[index].find_first_of(" \t'\"") == std::string::npos
                             ? names_[index]
                             : in_quotes(names_[index]));
  }
  throw InputError(frame_.source, frame_.place(mark.row, index), problem, remedy);
}

void Selector::check_cells(std::size_t index, bool is_target) const {
  const Column& column = frame_.columns[index];
  const CellMark& text = column.first_text;
  const CellMark& gap = column.first_gap;
  const CellMark& infinity = column.first_infinity;
  if (text.present) fail(text, index, in_quotes(text.text) + " is not a number", is_target);
  if (gap.present) {
    const std::string_view shown = trimmed(gap.text);
    fail(gap, index,
         shown.empty() ? "the value is missing"
                       : fmt::format("the value is missing ({})", in_quotes(shown)),
         is_target);
  }
  if (infinity.present)
    fail(infinity, index, in_quotes(infinity.text) + " is not finite", is_target);
}

bool Selector::constant(std::size_t index) const {
  const std::vector<float>& values = frame_.columns[index].values;
  return std::all_of(values.begin(), values.end(),
                     [&](float value) { return value == values.front(); });
}

void copy_features(const Frame& frame, const std::vector<std::size_t>& columns, Matrix& features) {
  // Few rows at a time, so that the row-major side stays in the cache.
  constexpr std::size_t block_rows = 64;
  features = Matrix(frame.rows, columns.size());
  for (std::size_t begin = 0; begin < frame.rows; begin += block_rows) {
    const std::size_t end = std::min(begin + block_rows, frame.rows);
    for (std::size_t column = 0; column < columns.size(); ++column) {
      const std::vector<float>& values = frame.columns[columns[column]].values;
      for (std::size_t row = begin; row < end; ++row) features(row, column) = values[row];
    }
  }
}

Table Selector::select() {
  Table table;
  table.source = frame_.source;
  std::size_t target = 0;
  const bool target_found = find_target(target);
  table.target_name = selection_.target;
  const std::vector<std::size_t> wanted = feature_columns(target_found, target);
  check_rows();
  std::vector<std::size_t> columns;
  for (const std::size_t index : wanted) {
    check_cells(index, false);
    const Column& column = frame_.columns[index];
    if (!selection_.constant_allowed && constant(index)) {
      table.notes.push_back(fmt::format("{} is left out: it is {} in every row",
                                        in_quotes(column.name), column.values.front()));
      continue;
    }
    if (!column.categories.empty()) {
      table.notes.push_back(fmt::format("{} has {} categories, read as the numbers 0 to {}",
                                        in_quotes(column.name), column.categories.size(),
                                        column.categories.size() - 1));
    }
    columns.push_back(index);
    table.feature_names.push_back(column.name);
    table.feature_units.push_back(column.unit);
  }
  if (columns.empty()) {
    throw InputError(frame_.source, "", "no column is left as a feature",
                     "a table needs one column besides the target that is not constant");
  }
  if (target_found) {
    check_cells(target, true);
    table.target = frame_.columns[target].values;
    if (!selection_.constant_allowed && constant(target)) {
      throw InputError(frame_.source,
                       fmt::format("column {} ({})", target + 1, in_quotes(names_[target])),
                       fmt::format("the target is {} in every row", table.target.front()),
                       "name another --target");
    }
  }
  copy_features(frame_, columns, table.features);
  return table;
}

}  // namespace

std::string Frame::place(std::size_t row, std::size_t column) const {
  const std::string where =
      row < lines.size() ? fmt::format("line {}", lines[row]) : fmt::format("row {}", row + 1);
  return fmt::format("{}, column {} ({})", where, column + 1, in_quotes(columns[column].name));
}

Frame read_frame(const std::string& data, const ReadOptions& options) {
  if (data == "fried" || data.starts_with("fried:")) return read_fried(data);
  if (data.starts_with("openml:")) return read_openml(data);
  if (data == "-") {
    throw InputError("-", "", "tables are not read from standard input",
                     "write the table to a file and name it");
  }
  const bool csv =
      ends_with_ignoring_case(data, ".csv") || ends_with_ignoring_case(data, ".csv.gz");
  const bool arff =
      ends_with_ignoring_case(data, ".arff") || ends_with_ignoring_case(data, ".arff.gz");
  // First whether it is there: a mistyped name is the likelier mistake.
  const std::unique_ptr<ByteSource> bytes = open_file(data);
  if (csv) return read_csv(*bytes, data, options);
  if (arff) return read_arff(*bytes, data);
  throw InputError(
      data, "", "the name does not tell the format",
      "name a .csv, .csv.gz, .arff or .arff.gz file, fried[:rows[:seed]] or openml:ID");
}

Table select(const Frame& frame, const Selection& selection) {
  return Selector(frame, selection).select();
}

std::string content_hash(const Table& table) {
  // Lengths stand before the names, so that no two tables give the same bytes.
  static_assert(std::endian::native == std::endian::little, "the hash is defined on little-endian");
  std::string head = fmt::format("{} rows {} features {} targets\n", table.rows(),
                                 table.features.columns(), table.target.size());
  for (const std::string& name : table.feature_names) {
    head += fmt::format("{}:{}\n", name.size(), name);
  }
  head += fmt::format("{}:{}\n", table.target_name.size(), table.target_name);
  const std::span<const float> features = table.features.values();
  const std::string_view parts[] = {
      head,
      {reinterpret_cast<const char*>(features.data()), features.size_bytes()},
      {reinterpret_cast<const char*>(table.target.data()), table.target.size() * sizeof(float)}};
  return sha256_hex(parts);
}

}  // namespace terse::data
