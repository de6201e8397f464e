// The columns of a table that a model's features are read from.
#pragma once

#include "terse/data/frame.h"
#include "terse/data/table.h"
#include "terse/model/model.h"

namespace terse::train {

/// Features, gaps and categories as the model knows them, and how their columns are to be read.
void name_features(const model::Model& model, data::Selection& selection,
                   data::ReadOptions& reading);

/// Replaces the columns of dates from which features of the model are made. Throws InputError if
/// such a column holds something else.
void make_date_parts(const model::Model& model, data::Frame& frame);

}  // namespace terse::train
