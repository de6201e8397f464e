// The split that a model was trained on, found again by what its record says of it.
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

/// The kind of split that the model was trained on; random if it does not say.
data::SplitRule recorded_rule(const model::Model& model);
/// The column of weights that training used; empty: none.
std::string recorded_weight(const model::Model& model);
/// The copies that training kept together.
data::Copies recorded_copies(const model::Model& model);

/// Adds a checksum of the test rows to the record, if copies were kept together: copies are told by
/// all features of the training, and a model that leaves some of them out would find others.
void record_split(model::Model& model, const data::Split& split);

/// Whether the table is the one that the model was trained on. A model that was trained without
/// weights has nothing to say of them.
bool is_own_table(const model::Model& model, const data::Table& table);

/// The split of the table that the model was trained on: it depends on rows, fraction, seed,
/// kind and copies. Nothing if the record has no fraction, or the copies of this table are other
/// ones. table: is_own_table().
std::optional<data::Split> recorded_split(const model::Model& model, const data::Table& table);

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
