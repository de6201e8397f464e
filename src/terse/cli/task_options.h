// The arguments that say what kind of table it is: a number or classes to predict, gaps, columns of
// categories.
#pragma once

#include <string>
#include <vector>

#include "terse/cli/command_line.h"
#include "terse/cli/table_options.h"
#include "terse/data/table.h"
#include "terse/train/options.h"

namespace terse::cli {

struct TaskOptions {
  std::string task;  ///< regression, classification; empty: by the target's cells
  std::string class_weights = "none";
  std::string missing = "error";
  std::string unseen = "error";
  std::vector<std::string> categorical;
  double drop_rate = 0.0;
};

/// --task, --class-weights, --missing, --categorical, --unseen, --drop-rate.
void add_task_options(Command command, TaskOptions& options);

/// Class weights, drop rate and unseen level.
void apply_task_options(const TaskOptions& from, train::Options& to);

/// For training: the target as given or as the data knows it; a target of text is classified, text
/// columns are categories; notes go to stderr.
data::Table read_training_table(const TableOptions& table, const TaskOptions& task);

}  // namespace terse::cli
