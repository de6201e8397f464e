// The rows that a model is measured on, and the parts of a table, for the program's answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "terse/cli/command_line.h"
#include "terse/data/split_rule.h"
#include "terse/data/table.h"
#include "terse/model/model.h"

namespace terse::cli {

/// The rows of a table that a model is measured on: those it has not seen, where they can be told.
struct MeasuredRows {
  std::vector<std::uint32_t> rows;
  std::string part;  ///< "test"; of all rows "train", "other table", or "unknown"
  std::string text;  ///< "the 60 test rows of 600"
};
/// Of the table that the model was made from its test part; otherwise all rows, and why.
MeasuredRows measured_rows(const model::Model& model, const data::Table& table);

/// "last, " before figures of a part; empty for a random split.
std::string split_prefix(const data::SplitRule& rule);

/// --write-split.
void add_split_file_option(Command command, std::string& path);

/// A CSV of every row of the table: its number, from 1, and its part.
void write_split(const std::string& path, const data::Table& table, const data::SplitRule& rule,
                 const data::Split& split);

}  // namespace terse::cli
