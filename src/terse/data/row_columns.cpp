#include "terse/data/row_columns.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "terse/base/error.h"
#include "terse/data/categories.h"
#include "terse/data/near_names.h"
#include "terse/text/quoting.h"

namespace terse::data {
namespace {

// The column, if one is named and there.
std::optional<std::size_t> find(const Frame& frame, const Selection& selection,
                                const std::string& name, bool required, const std::string& option) {
  if (name.empty()) return std::nullopt;
  const auto found = std::ranges::find(frame.columns, name, &Column::name);
  if (found == frame.columns.end()) {
    if (!required) return std::nullopt;
    std::vector<std::string> names;
    for (const Column& column : frame.columns) names.push_back(column.name);
    throw base::InputError(
        frame.source, "",
        fmt::format("there is no column {} (`{}`)", text::in_quotes(name), option),
        name_advice(name, names));
  }
  const auto& further = selection.further_targets;
  if (name == selection.target ||
      std::ranges::find(further, name, &SelectedTarget::name) != further.end()) {
    throw base::OptionError(option, "", text::in_quotes(name) + " is the target",
                            "name another column");
  }
  const bool feature = std::ranges::find(selection.features, name) != selection.features.end();
  if (feature && !selection.constant_allowed) {
    throw base::OptionError(option, "", text::in_quotes(name) + " is named as a feature, too",
                            "it says something of the rows: leave it out of the features");
  }
  return static_cast<std::size_t>(found - frame.columns.begin());
}

RowLabels labels_of(const Frame& frame, std::size_t index) {
  const Column& column = frame.columns[index];
  if (column.first_gap.present) {
    throw base::InputError(frame.source, frame.place(column.first_gap.row, index),
                           "the value is missing", "`split` needs one in every row");
  }
  RowLabels labels;
  Categories found = categorise(column);
  labels.names = std::move(found.names);
  labels.of_row.assign(found.indices.begin(), found.indices.end());
  return labels;
}

std::vector<float> weights_of(const Frame& frame, std::size_t index) {
  const Column& column = frame.columns[index];
  const auto refuse = [&](std::size_t row, const std::string& problem) {
    throw base::InputError(frame.source, frame.place(row, index), problem,
                           "a weight is a finite number of at least 0 in every row");
  };
  for (const CellMark* mark : {&column.first_text, &column.first_infinity, &column.first_gap}) {
    if (mark->present) refuse(mark->row, text::in_quotes(mark->text) + " is not a weight");
  }
  double sum = 0.0;
  for (std::size_t row = 0; row < column.values.size(); ++row) {
    const float weight = column.values[row];
    if (!(weight >= 0.0F)) refuse(row, fmt::format("{} is not a weight", weight));
    sum += static_cast<double>(weight);
  }
  if (!(sum > 0.0)) {
    throw base::InputError(frame.source, "column " + text::in_quotes(column.name),
                           "every weight is 0", "give some rows a weight above 0");
  }
  return column.values;
}

}  // namespace

void add_row_columns(const Frame& frame, const Selection& selection, Table& table) {
  if (const auto index = find(frame, selection, selection.split_column,
                              selection.split_column_required, "split")) {
    table.split_labels = labels_of(frame, *index);
  }
  if (const auto index = find(frame, selection, selection.weight_column,
                              selection.weight_column_required, "weight")) {
    table.weights = weights_of(frame, *index);
  }
}

}  // namespace terse::data
