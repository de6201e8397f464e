#include "terse/data/table.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "terse/base/error.h"
#include "terse/data/categories.h"
#include "terse/data/cell_reader.h"
#include "terse/data/near_names.h"
#include "terse/data/written_columns.h"
#include "terse/text/ascii.h"
#include "terse/text/csv.h"
#include "terse/text/quoting.h"
#include "terse/text/utf8.h"

namespace terse::data {
namespace {

// A column's name as the value of --ignore, safe for a shell and for the list that it is.
std::string ignore_value(const std::string& name) {
  if (name.find_first_of(" \t'\",$`\\\n\r") == std::string::npos) return name;
  return text::in_quotes(text::csv_field(name));
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
  void check_cells(std::size_t index, bool is_target, bool numbers) const;
  bool gaps_allowed(std::size_t index) const;
  const CategoricalFeature* categorical(std::size_t index) const;
  /// A reason to leave the column out ("it ..."), or nothing.
  std::string useless(std::size_t index) const;
  Categories categories_of(std::size_t index, const std::vector<std::string>& known,
                           bool unseen_allowed, bool is_target) const;
  void add_feature(std::size_t index, Table& table);
  bool is_further_target(const std::string& name) const;
  TargetColumn target_column(std::size_t index, const SelectedTarget& wanted) const;
  void add_targets(std::size_t target, Table& table) const;
  void check_categorical_names() const;
  [[noreturn]] void fail(const CellMark& mark, std::size_t index, const std::string& problem,
                         bool is_target) const;

  const Frame& frame_;
  const Selection& selection_;
  std::vector<std::string> names_;
  std::vector<std::vector<float>> values_;  ///< per feature of the table
};

std::size_t Selector::find(const std::string& name, const std::string& option) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) {
    throw base::InputError(frame_.source, "",
                           fmt::format("there is no column {}{}", text::in_quotes(name), option),
                           name_advice(name, names_));
  }
  const auto index = static_cast<std::size_t>(found - names_.begin());
  const auto again = std::find(found + 1, names_.end(), name);
  if (again != names_.end()) {
    throw base::InputError(frame_.source, "",
                           fmt::format("the columns {} and {} are both called {}", index + 1,
                                       again - names_.begin() + 1, text::in_quotes(name)),
                           "give each column its own name");
  }
  if (!text::is_utf8(name)) {
    throw base::InputError(frame_.source, fmt::format("column {}", index + 1),
                           fmt::format("the name {} is not UTF-8", text::in_quotes(name)),
                           "give its `encoding`, or save the table as UTF-8");
  }
  return index;
}

bool Selector::find_target(std::size_t& target) const {
  const bool known = std::find(names_.begin(), names_.end(), selection_.target) != names_.end();
  if (!known && !selection_.target_required) return false;
  target = find(selection_.target, " (`target`)");
  const Column& column = frame_.columns[target];
  const bool complete = (!column.first_text.present || !column.categories.empty()) &&
                        !column.first_gap.present && !column.first_infinity.present;
  // A target that is only half known must not stop a prediction, which does not need it.
  return complete || selection_.target_required;
}

std::vector<std::size_t> Selector::feature_columns(bool target_found, std::size_t target) const {
  std::vector<bool> ignored(names_.size(), false);
  for (const std::string& name : selection_.ignored) {
    // Every column of an ignored name is ignored, so that duplicates can be left out.
    if (std::find(names_.begin(), names_.end(), name) == names_.end()) find(name, " (`ignore`)");
    for (std::size_t i = 0; i < names_.size(); ++i) ignored[i] = ignored[i] || names_[i] == name;
  }
  for (std::size_t index = 0; index < names_.size(); ++index) {
    const bool is_target = (target_found && index == target) || is_further_target(names_[index]);
    if (!is_target || !ignored[index]) continue;
    throw base::OptionError(
        "ignore", "",
        text::in_quotes(names_[index]) +
            (selection_.further_targets.empty() ? " is the target" : " is a target"),
        "name another target or do not ignore it");
  }
  std::vector<std::size_t> columns;
  for (const std::string& name : selection_.features) {
    const std::size_t index = find(name, "");
    if ((target_found && index == target) || is_further_target(name)) {
      throw base::InputError(frame_.source, "",
                             text::in_quotes(name) + " is both the target and a feature",
                             "remove it from the features");
    }
    if (std::find(columns.begin(), columns.end(), index) != columns.end()) {
      throw base::InputError(frame_.source, "",
                             fmt::format("feature {} is named twice", text::in_quotes(name)),
                             "name each feature once");
    }
    if (!ignored[index]) columns.push_back(index);
  }
  if (!selection_.features.empty()) return columns;
  for (std::size_t index = 0; index < names_.size(); ++index) {
    if (ignored[index] || names_[index] == selection_.target) continue;
    if (is_further_target(names_[index])) continue;
    if (is_written_index(frame_, index) || is_blank(frame_, index)) continue;
    if (names_[index] == selection_.split_column || names_[index] == selection_.weight_column) {
      continue;
    }
    columns.push_back(find(names_[index], ""));
  }
  return columns;
}

void Selector::check_rows() const {
  const std::size_t rows_min = selection_.constant_allowed ? 1 : 2;
  if (frame_.rows >= rows_min) return;
  throw base::InputError(frame_.source, "",
                         frame_.rows == 0 ? "there are no rows" : "there is only one row",
                         fmt::format("at least {} needed", rows_min == 1 ? "one is" : "two are"));
}

void Selector::fail(const CellMark& mark, std::size_t index, const std::string& problem,
                    bool is_target) const {
  const bool gap = &mark == &frame_.columns[index].first_gap;
  const bool text = &mark == &frame_.columns[index].first_text;
  std::string remedy;
  if (text && comma_number(mark.text) != CommaNumber::none) {
    remedy = "if the comma is a decimal sign, give `decimal` comma";
  } else if (is_target) {
    remedy =
        "a target is a finite number: remove the row, say with `na` what means a gap, or "
        "name another `target`";
  } else if (selection_.constant_allowed && gap) {
    remedy =
        "the model was trained without gaps in it: fill it, leave the row out, or train again "
        "with `missing` level or a `drop_rate`";
  } else if (selection_.constant_allowed) {
    remedy =
        "the model needs a number for each of its features in every row: if this means a "
        "gap, say so with `na`";
  } else {
    remedy = fmt::format("remove the row, {}or leave the column out: `ignore` {}",
                         gap    ? "train with `missing` level, "
                         : text ? "say with `na` what means a gap, "
                                : "",
                         ignore_value(names_[index]));
  }
  throw base::InputError(frame_.source_of(mark.row), frame_.place(mark.row, index), problem,
                         remedy);
}

bool Selector::gaps_allowed(std::size_t index) const {
  const auto& names = selection_.gap_features;
  return selection_.gaps_allowed || std::ranges::find(names, names_[index]) != names.end();
}

const CategoricalFeature* Selector::categorical(std::size_t index) const {
  for (const CategoricalFeature& feature : selection_.categorical) {
    if (feature.name == names_[index]) return &feature;
  }
  return nullptr;
}

void Selector::check_cells(std::size_t index, bool is_target, bool numbers) const {
  const Column& column = frame_.columns[index];
  const CellMark& text = column.first_text;
  const CellMark& gap = column.first_gap;
  const CellMark& infinity = column.first_infinity;
  if (text.present && numbers)
    fail(text, index, text::in_quotes(text.text) + " is not a number", is_target);
  if (gap.present && (is_target || !gaps_allowed(index))) {
    const std::string_view shown = text::trimmed(gap.text);
    fail(gap, index,
         shown.empty() ? "the value is missing"
                       : fmt::format("the value is missing ({})", text::in_quotes(shown)),
         is_target);
  }
  if (infinity.present)
    fail(infinity, index, text::in_quotes(infinity.text) + " is not finite", is_target);
}

std::string Selector::useless(std::size_t index) const {
  const std::vector<float>& values = frame_.columns[index].values;
  if (std::ranges::all_of(values, [](float value) { return std::isnan(value); })) {
    return "it has no value in any row";
  }
  const bool constant =
      std::ranges::all_of(values, [&](float value) { return value == values.front(); });
  if (!constant) return {};
  const auto& names = frame_.columns[index].categories;
  return names.empty()
             ? "it is " +
                   (frame_.columns[index].origin == 0.0
                        ? fmt::format("{}", values.front())
                        : fmt::format("{}", frame_.columns[index].origin)) +
                   " in every row"
             : fmt::format("it is {} in every row",
                           text::in_quotes(names[static_cast<std::size_t>(values.front())]));
}

Categories Selector::categories_of(std::size_t index, const std::vector<std::string>& known,
                                   bool unseen_allowed, bool is_target) const {
  const Column& column = frame_.columns[index];
  // A name of an ARFF number or of CSV text is the cell's own text; a cell that was read as a
  // number but is not one has lost its name.
  check_cells(index, is_target, column.categories.empty());
  Categories result = known.empty() ? categorise(column) : categorise(column, known);
  const std::size_t limit = is_target ? classes_max : feature_categories_max;
  if (result.names.size() > limit) {
    throw base::InputError(
        frame_.source, fmt::format("column {} ({})", index + 1, text::in_quotes(column.name)),
        fmt::format("has {} different values, more than {}", result.names.size(), limit),
        is_target ? "use `task` regression, or name another `target`"
                  : "leave the column out: `ignore` " + ignore_value(column.name));
  }
  for (const std::string& name : result.names) {
    if (text::is_utf8(name)) continue;
    throw base::InputError(frame_.source,
                           fmt::format("column {} ({})", index + 1, text::in_quotes(column.name)),
                           fmt::format("{} is not UTF-8", text::in_quotes(name)),
                           "give its `encoding`, or save the table as UTF-8");
  }
  const auto beyond = static_cast<float>(result.names.size());
  const auto unseen = std::ranges::find(result.indices, beyond);
  if (unseen == result.indices.end() || unseen_allowed) return result;
  const auto row = static_cast<std::size_t>(unseen - result.indices.begin());
  const std::string name = column.categories.empty()
                               ? fmt::format("{}", column.values[row])
                               : column.categories[static_cast<std::size_t>(column.values[row])];
  throw base::InputError(
      frame_.source_of(row), frame_.place(row, index),
      fmt::format("{} is not among the {} {} that the model knows", text::in_quotes(name),
                  known.size(), is_target ? "labels" : "categories"),
      is_target ? "train with it, or leave the row out"
                : "train with it, or train with `unseen` level");
}

// A feature without information is noted and left out.
void Selector::add_feature(std::size_t index, Table& table) {
  const Column& column = frame_.columns[index];
  const CategoricalFeature* categories = categorical(index);
  Categories found;
  if (categories != nullptr) {
    found = categories_of(index, categories->known, categories->unseen_allowed, false);
  } else {
    check_cells(index, false, true);
  }
  const std::string reason = selection_.constant_allowed ? "" : useless(index);
  if (!reason.empty()) {
    table.notes.push_back(fmt::format("{} is left out: {}", text::in_quotes(column.name), reason));
    return;
  }
  if (categories == nullptr && !column.categories.empty()) {
    table.notes.push_back(fmt::format("{} has {} categories, read as the numbers 0 to {}",
                                      text::in_quotes(column.name), column.categories.size(),
                                      column.categories.size() - 1));
  }
  values_.push_back(categories == nullptr ? column.values : std::move(found.indices));
  table.feature_names.push_back(column.name);
  table.feature_units.push_back(column.unit);
  table.feature_origins.push_back(column.origin);
  table.categories.push_back(std::move(found.names));
}

bool Selector::is_further_target(const std::string& name) const {
  const auto& further = selection_.further_targets;
  return std::ranges::find(further, name, &SelectedTarget::name) != further.end();
}

TargetColumn Selector::target_column(std::size_t index, const SelectedTarget& wanted) const {
  const Column& column = frame_.columns[index];
  TargetColumn result{wanted.name};
  if (wanted.is_class) {
    Categories found = categories_of(index, wanted.known_classes, false, true);
    result.values = std::move(found.indices);
    result.classes = std::move(found.names);
  } else {
    check_cells(index, true, true);
    result.values = column.values;
    result.origin = column.origin;
  }
  const std::string reason = selection_.constant_allowed ? "" : useless(index);
  if (reason.empty()) return result;
  throw base::InputError(frame_.source,
                         fmt::format("column {} ({})", index + 1, text::in_quotes(names_[index])),
                         "the target " + reason.substr(3), "name another `target`");
}

void Selector::add_targets(std::size_t target, Table& table) const {
  TargetColumn first = target_column(
      target, {selection_.target, selection_.target_is_class, selection_.known_classes});
  table.target = std::move(first.values);
  table.classes = std::move(first.classes);
  table.target_origin = first.origin;
  for (const SelectedTarget& wanted : selection_.further_targets) {
    table.further_targets.push_back(target_column(find(wanted.name, " (`target`)"), wanted));
  }
}

void Selector::check_categorical_names() const {
  for (const CategoricalFeature& feature : selection_.categorical) {
    find(feature.name, " (`categorical`)");
  }
}

void copy_features(const std::vector<std::vector<float>>& columns, base::Matrix& features) {
  // Few rows at a time, so that the row-major side stays in the cache.
  constexpr std::size_t block_rows = 64;
  const std::size_t rows = columns.front().size();
  features = base::Matrix(rows, columns.size());
  for (std::size_t begin = 0; begin < rows; begin += block_rows) {
    const std::size_t end = std::min(begin + block_rows, rows);
    for (std::size_t column = 0; column < columns.size(); ++column) {
      const std::vector<float>& values = columns[column];
      for (std::size_t row = begin; row < end; ++row) features(row, column) = values[row];
    }
  }
}

Table Selector::select() {
  Table table;
  table.source = frame_.source;
  table.notes = frame_.notes;
  std::size_t target = 0;
  const bool target_found = find_target(target);
  table.target_name = selection_.target;
  check_categorical_names();
  const std::vector<std::size_t> wanted = feature_columns(target_found, target);
  check_rows();
  for (const std::size_t index : wanted) add_feature(index, table);
  if (values_.empty()) {
    throw base::InputError(frame_.source, "", "no column is left as a feature",
                           "a table needs one column besides the target that is not constant");
  }
  const auto is_number = [](const std::vector<std::string>& names) { return names.empty(); };
  if (std::ranges::all_of(table.categories, is_number)) table.categories.clear();
  const auto is_zero = [](double origin) { return origin == 0.0; };
  if (std::ranges::all_of(table.feature_origins, is_zero)) table.feature_origins.clear();
  if (target_found) add_targets(target, table);
  copy_features(values_, table.features);
  return table;
}

}  // namespace

TargetView Table::target_view(std::size_t index) const {
  if (index == 0) return {target_name, target_origin, target, classes};
  const TargetColumn& own = further_targets[index - 1];
  return {own.name, own.origin, own.values, own.classes};
}

Table select(const Frame& frame, const Selection& selection) {
  return Selector(frame, selection).select();
}

}  // namespace terse::data
