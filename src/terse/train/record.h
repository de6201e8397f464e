// The record of a training, read again: its settings, the kind of split, and which rows trained.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "terse/data/split_rule.h"
#include "terse/data/table.h"
#include "terse/model/model.h"

namespace terse::train {

/// The text of a recorded setting; empty if the record does not name it.
std::string_view recorded_setting(const model::Model& model, std::string_view name);
/// The same as a number; nothing if it is not one.
std::optional<double> recorded_number(const model::Model& model, std::string_view name);

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

}  // namespace terse::train
