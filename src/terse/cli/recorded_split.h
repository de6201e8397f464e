// The split that a model was trained on, found again by what its record says of it.
#pragma once

#include <optional>

#include "terse/data/split.h"
#include "terse/data/table.h"
#include "terse/model/model.h"

namespace terse::cli {

/// The copies that training kept together.
data::Copies recorded_copies(const model::Model& model);

/// Adds a checksum of the test rows to the record, if copies were kept together: copies are told by
/// all features of the training, and a model that leaves some of them out would find others.
void record_split(model::Model& model, const data::Split& split);

/// The split of the table that the model was trained on: it depends on rows, fraction, seed and
/// copies. Nothing if the record has no fraction, or the copies of this table are other ones.
/// table: the one whose content_hash the model records.
std::optional<data::Split> recorded_split(const model::Model& model, const data::Table& table);

}  // namespace terse::cli
