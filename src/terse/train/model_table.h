// The table that a model is used on: its features in its order, with gaps and categories as it
// knows them.
#pragma once

#include <string>

#include "terse/data/frame.h"
#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/training_table.h"

namespace terse::train {

/// The columns besides the features.
struct ModelColumns {
  std::string target;            ///< empty: the model's
  bool target_required = false;  ///< true: with the columns of split and weights, if they are there
  std::string weight = {};       ///< empty: the model's, if it is there
};

/// reading: how the text is written, if it is one. Throws InputError.
data::Table model_table(const model::Model& model, const FrameReader& reader,
                        data::ReadOptions reading, const ModelColumns& columns);

}  // namespace terse::train
