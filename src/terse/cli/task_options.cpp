#include "terse/cli/task_options.h"

#include "terse/data/frame.h"
#include "terse/train/training_table.h"

namespace terse::cli {

void add_task_options(Command command, TaskOptions& options, TrainingOptions& training) {
  command
      .add_option("--task", options.task,
                  "regression or classification (classification if the target is text, or 0 and 1 "
                  "alone)")
      .one_of({"regression", "classification"});
  training.add(command, "class_weights").one_of({"none", "balanced"});
  training.add(command, "loss");
  training.add(command, "target_scale").one_of({"linear", "log"});
  training.add_without_default(command, "weight", {});
  command
      .add_option(
          "--missing", options.missing,
          "a gap in a feature: error, or level (a code of its own, which the device also sends "
          "when it has no reading)")
      .one_of({"error", "level"})
      .shows_default();
  training.add(command, "drop_rate");
  command.add_names("--categorical", options.categorical,
                    "columns whose numbers are categories, NAME,... (columns of text always are)");
  training.add(command, "unseen").one_of({"error", "level"});
}

void add_split_options(Command command, TrainingOptions& training) {
  training.add(command, "test_fraction");
  training.add(command, "split");
  training.add(command, "keep_copies_together").one_of({"no", "features", "rows"});
}

data::Table read_training_table(const TableOptions& options) {
  TaskOptions task;
  task.task = "regression";
  return read_training_table(options, task, {});
}

data::Table read_training_table(const TableOptions& table, const TaskOptions& task,
                                const train::Options& training) {
  std::vector<std::string> further = table.targets;
  if (!further.empty()) further.erase(further.begin());
  const train::TableWishes wishes{
      .target = table.targets.empty() ? table.target : table.targets.front(),
      .further_targets = further,
      .features = table.features,
      .ignored = table.ignored,
      .task = task.task,
      .gaps_are_levels = task.missing == "level",
      .categorical = task.categorical,
      .dates = table.reading.date_parts()};
  const auto reader = [&](const data::ReadOptions& reading) {
    return data::read_frames(table.data, reading);
  };
  data::Table result = train::training_table(reader, table.reading.resolved(), wishes, training);
  print_notes(result.notes, table);
  return result;
}

}  // namespace terse::cli
