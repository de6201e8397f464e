// The arguments by which every command names its table, and the reading of it.
#pragma once

#include <string>
#include <vector>

#include "terse/cli/command_line.h"
#include "terse/data/table.h"
#include "terse/model/model.h"

namespace terse::cli {

struct TableOptions {
  std::string data;
  std::string target;
  std::vector<std::string> features;
  std::vector<std::string> ignored;
  bool no_header = false;
};

/// DATA and --no-header.
void add_data_argument(Command command, TableOptions& options);

/// For training; see task_options.h.
data::Table read_training_table(const TableOptions& options);

/// For using a model: its features in its order, with gaps and categories as it knows them, and, if
/// wanted, its target column (or the one given by --target).
data::Table read_table_for(const model::Model& model, const TableOptions& options,
                           bool target_required);

}  // namespace terse::cli
