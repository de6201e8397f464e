#include "terse/cli/table_options.h"

#include <fmt/core.h>

#include <algorithm>

#include "terse/base/error.h"
#include "terse/cli/model_columns.h"
#include "terse/cli/recorded_split.h"
#include "terse/cli/training_options.h"
#include "terse/data/categories.h"
#include "terse/data/frame.h"
#include "terse/data/row_columns.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

// What the model's training knew of rows besides features and target, where the table has it.
void name_row_columns(const model::Model& model, const TableOptions& options,
                      data::Selection& selection, data::ReadOptions& reading) {
  selection.split_column = recorded_rule(model).column;
  selection.split_column_required = false;
  if (!selection.split_column.empty()) reading.text_columns.push_back(selection.split_column);
  selection.weight_column = options.weight.empty() ? recorded_weight(model) : options.weight;
  selection.weight_column_required = !options.weight.empty();
}

}  // namespace

void print_notes(const std::vector<std::string>& notes, const TableOptions& options) {
  if (options.quiet) return;
  for (const std::string& note : notes) fmt::print(stderr, "note: {}\n", with_flags(note));
}

void add_data_argument(Command command, TableOptions& options) {
  command.add_option("DATA", options.data, data_text).required();
  add_reading_options(command, options.reading);
}

void add_column_options(Command command, TableOptions& options) {
  command.add_names("--features", options.features,
                    "columns to use, NAME,... (all); a name with a comma in double quotes");
  command.add_names("--ignore", options.ignored, "columns to leave out, NAME,...");
}

data::Frame read_any_table(const TableOptions& options) {
  data::ReadOptions reading = options.reading.resolved();
  data::Frame frame = data::read_frames(options.data, reading);
  reading.text_columns = data::text_columns(frame);
  const bool has_text = std::ranges::any_of(frame.columns, [](const data::Column& column) {
    return column.first_text.present && column.categories.empty();
  });
  if (has_text && !reading.text_columns.empty()) frame = data::read_frames(options.data, reading);
  const data::Dates dates = options.reading.date_parts();
  for (std::size_t index = frame.columns.size(); dates != data::Dates::ignore && index-- > 0;) {
    if (!data::find_dates(frame.columns[index].categories)) continue;
    data::replace_by_date_parts(frame, index, dates);
  }
  print_notes(frame.notes, options);
  return frame;
}

data::Table read_table_for(const model::Model& model, const TableOptions& options,
                           bool target_required) {
  data::ReadOptions reading = options.reading.resolved();
  data::Selection selection;
  selection.target = options.target.empty() ? model.target_name : options.target;
  selection.target_required = target_required;
  selection.constant_allowed = true;
  if (target_required) reading.target = selection.target;
  if (target_required) name_row_columns(model, options, selection, reading);
  name_features(model, selection, reading);
  if (model.target_origin != 0.0) {
    reading.origins.push_back({selection.target, model.target_origin});
  }
  // Labels matter only where they are compared.
  if (const auto* classes = std::get_if<model::Classes>(&model.output);
      target_required && classes != nullptr) {
    selection.target_is_class = true;
    selection.known_classes = classes->labels;
    reading.text_columns.push_back(selection.target);
  }
  data::Frame frame = data::read_frames(options.data, reading);
  make_date_parts(model, frame);
  data::Table table = data::select(frame, selection);
  data::add_row_columns(frame, selection, table);
  print_notes(table.notes, options);
  return table;
}

}  // namespace terse::cli
