#include "terse/cli/task_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "terse/base/error.h"
#include "terse/data/categories.h"
#include "terse/data/frame.h"
#include "terse/text/quoting.h"

namespace terse::cli {
namespace {

using Names = std::vector<std::string>;

bool among(const std::string& name, const Names& names) {
  return std::ranges::find(names, name) != names.end();
}

// Columns that shall be categories but were read as numbers.
bool must_read_as_text(const data::Frame& frame, const Names& names) {
  return std::ranges::any_of(frame.columns, [&](const data::Column& column) {
    return among(column.name, names) && column.categories.empty();
  });
}

void check_categorical(const TaskOptions& task, const std::string& target) {
  if (!among(target, task.categorical)) return;
  throw base::InputError("--categorical", "", text::in_quotes(target) + " is the target",
                         "give --task classification to predict one of its values");
}

std::string target_of(const TableOptions& table, const data::Frame& frame) {
  if (!table.target.empty()) return table.target;
  if (!frame.default_target.empty()) return frame.default_target;
  Names names;
  for (const data::Column& column : frame.columns) names.push_back(column.name);
  throw base::InputError("--target", "", "the column to predict is not given",
                         fmt::format("{} has the columns {}", table.data, fmt::join(names, ", ")));
}

}  // namespace

void add_task_options(Command command, TaskOptions& options, TrainingOptions& training) {
  command
      .add_option("--task", options.task,
                  "regression or classification (classification if the target is text)")
      .one_of({"regression", "classification"});
  training.add(command, "class_weights").one_of({"none", "balanced"});
  command
      .add_option(
          "--missing", options.missing,
          "a gap in a feature: error, or level (a code of its own, which the device also sends "
          "when it has no reading)")
      .one_of({"error", "level"})
      .shows_default();
  training.add(command, "drop_rate");
  command
      .add_option("--categorical", options.categorical,
                  "columns whose numbers are categories, NAME,... (columns of text always are)")
      .separated_by(',');
  training.add(command, "unseen").one_of({"error", "level"});
}

data::Table read_training_table(const TableOptions& options) {
  TaskOptions task;
  task.task = "regression";
  return read_training_table(options, task, {});
}

data::Table read_training_table(const TableOptions& table, const TaskOptions& task,
                                const train::Options& training) {
  data::ReadOptions reading = {.header = !table.no_header};
  data::Frame frame = data::read_frame(table.data, reading);
  const std::string target = target_of(table, frame);
  check_categorical(task, target);
  Names text = data::text_columns(frame);
  data::Selection selection;
  selection.target = target;
  selection.features = table.features;
  selection.ignored = table.ignored;
  selection.gaps_allowed = task.missing == "level" || training.drop_rate > 0.0;
  selection.target_is_class =
      task.task == "classification" || (task.task.empty() && among(target, text));
  for (const std::string& name : task.categorical) selection.categorical.push_back({name});
  for (const std::string& name : text) {
    if (name != target && !among(name, task.categorical)) selection.categorical.push_back({name});
  }
  for (const auto& feature : selection.categorical) {
    if (!among(feature.name, table.ignored)) reading.text_columns.push_back(feature.name);
  }
  if (selection.target_is_class) reading.text_columns.push_back(target);
  if (must_read_as_text(frame, reading.text_columns)) {
    frame = data::read_frame(table.data, reading);
  }
  data::Table result = data::select(frame, selection);
  for (const std::string& note : result.notes) fmt::print(stderr, "note: {}\n", note);
  return result;
}

}  // namespace terse::cli
