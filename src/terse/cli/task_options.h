// The arguments that say what kind of table it is: a number or classes to predict, gaps, columns of
// categories.
#pragma once

#include <string>
#include <vector>

#include "terse/cli/command_line.h"
#include "terse/cli/table_options.h"
#include "terse/cli/training_options.h"
#include "terse/data/table.h"
#include "terse/train/options.h"

namespace terse::cli {

struct TaskOptions {
  std::string task;  ///< regression, classification; empty: by the target's values
  std::string missing = "error";
  std::vector<std::string> categorical;
};

/// --task, --missing, --categorical, and of the training --class-weights, --loss,
/// --target-scale, --weight, --drop-rate, --unseen.
void add_task_options(Command command, TaskOptions& options, TrainingOptions& training);

/// --test-fraction, --split, --keep-copies-together.
void add_split_options(Command command, TrainingOptions& training);

/// For training: the target as given or as the data knows it; a target of text, or of 0 and 1
/// alone, is classified, text columns are categories; columns of the split and of weights are not
/// features; notes go to stderr. training: says whether readings may be missing.
data::Table read_training_table(const TableOptions& table, const TaskOptions& task,
                                const train::Options& training);

}  // namespace terse::cli
