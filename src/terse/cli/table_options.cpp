#include "terse/cli/table_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "terse/error.h"

namespace terse::cli {

void add_data_argument(CLI::App& command, TableOptions& options) {
  command
      .add_option("DATA", options.data,
                  "FILE.csv[.gz], FILE.arff[.gz], fried[:rows[:seed]] or openml:ID")
      ->required();
  command.add_flag("--no-header", options.no_header,
                   "the CSV has no header; its columns are c1, c2, ...");
}

data::Table read_training_table(const TableOptions& options) {
  const data::Frame frame = data::read_frame(options.data, {.header = !options.no_header});
  data::Selection selection;
  selection.target = options.target.empty() ? frame.default_target : options.target;
  selection.features = options.features;
  selection.ignored = options.ignored;
  if (selection.target.empty()) {
    std::vector<std::string> names;
    for (const data::Column& column : frame.columns) names.push_back(column.name);
    throw InputError("--target", "", "the column to predict is not named",
                     fmt::format("{} has the columns {}", options.data, fmt::join(names, ", ")));
  }
  data::Table table = data::select(frame, selection);
  for (const std::string& note : table.notes) fmt::print(stderr, "note: {}\n", note);
  return table;
}

data::Table read_table_for(const model::Model& model, const TableOptions& options,
                           bool target_required) {
  const data::Frame frame = data::read_frame(options.data, {.header = !options.no_header});
  data::Selection selection;
  selection.target = options.target.empty() ? model.target_name : options.target;
  selection.target_required = target_required;
  selection.constant_allowed = true;
  for (const model::Feature& feature : model.features) selection.features.push_back(feature.name);
  return data::select(frame, selection);
}

}  // namespace terse::cli
