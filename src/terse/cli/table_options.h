// The arguments by which every command names its table, and the reading of it.
#pragma once

#include <string>
#include <vector>

#include "terse/cli/command_line.h"
#include "terse/cli/reading_options.h"
#include "terse/data/table.h"
#include "terse/model/model.h"

namespace terse::cli {

struct TableOptions {
  std::vector<std::string> data;  ///< files with the same columns, whose rows follow each other
  std::string target;
  std::vector<std::string> targets = {};  ///< train: --target, in place of `target`
  std::vector<std::string> features;
  std::vector<std::string> ignored;
  ReadingOptions reading;
  bool quiet = false;       ///< nothing is said about what was found out
  std::string weight = {};  ///< evaluate: column of weights; empty: the model's, if it is there
};

/// What DATA may be, for a help text.
inline constexpr const char* data_text =
    "FILE.csv, .tsv, .txt or .arff (also .gz), fried[:rows[:seed]], openml:ID or - (standard "
    "input); "
    "several: their rows follow each other";

/// DATA and the reading options.
void add_data_argument(Command command, TableOptions& options);

/// --target where one model is trained: several names are refused, with what takes them.
void add_one_target(Command command, TableOptions& options);

/// --features and --ignore.
void add_column_options(Command command, TableOptions& options);

/// On stderr, unless the user wants quiet.
void print_notes(const std::vector<std::string>& notes, const TableOptions& options);

/// Every column, those of text as names. Notes go to stderr.
data::Frame read_any_table(const TableOptions& options);

/// For training; see task_options.h.
data::Table read_training_table(const TableOptions& options);

/// For using a model: its features in its order, with gaps and categories as it knows them, and, if
/// wanted, its target column (or the one given by --target). Notes go to stderr.
data::Table read_table_for(const model::Model& model, const TableOptions& options,
                           bool target_required);

}  // namespace terse::cli
