// The arguments of terse allocate.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "terse/allocate/allocate.h"
#include "terse/cli/command_line.h"
#include "terse/cli/table_options.h"
#include "terse/cli/task_options.h"
#include "terse/cli/training_options.h"
#include "terse/train/options.h"

namespace terse::cli {

struct AllocateArguments {
  TableOptions table;
  TaskOptions task;
  TrainingOptions training_options;
  train::Options training;  ///< once settle() has run
  allocate::AllocateOptions options;
  std::optional<std::size_t> payload;       ///< bytes
  std::optional<std::size_t> bits_max;      ///< of a message
  std::string radio;                        ///< whose largest payload is the budget
  std::optional<double> max_loss;           ///< percent above full precision
  std::optional<double> margin;             ///< the same, without looking for the smallest message
  std::string curve;                        ///< folder to write it to; empty: none
  std::vector<double> budgets;              ///< of the curve, bits
  std::optional<std::size_t> device_flash;  ///< bytes that a computed feature may take
  std::optional<double> start_bits;         ///< of a message; 0: training.bits for every feature
  std::string decoder = "best";
  std::string policy = "pruning";
  std::string encoder;  ///< a model whose messages stay; empty: they are what is chosen
  std::string output;
  std::string tag = "none";
  std::string split_file;  ///< to write the parts of the rows to; empty: none
  std::string command;
  bool json = false;
  bool quiet = false;

  /// The budget that the user gave, or nothing.
  std::optional<double> payload_bits() const;
  /// Whether full precision is measured too.
  bool compares() const { return max_loss || margin || !curve.empty(); }
  /// Share of full precision's loss that a message may lose more.
  double margin_share() const { return max_loss.value_or(margin.value_or(margin_default)) / 100.0; }

  static constexpr double margin_default = 2.0;  ///< percent, as in a study
  static constexpr int folds_max = 20;
};

void add_allocate_options(Command command, AllocateArguments& arguments);

/// Turns words into options, `training` among them. Throws InputError for options that do not go
/// together.
void settle(AllocateArguments& arguments);

/// The budgets to try, falling, for a table of this many features.
std::vector<double> budgets(const AllocateArguments& arguments, std::size_t features);

}  // namespace terse::cli
