// A training with its record: split, trained, measured on the test part, and all of it written into
// the model.
#pragma once

#include "terse/data/split.h"
#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/observer.h"
#include "terse/train/options.h"

namespace terse::train {

/// Trains on the split's training part. The record has the time, the hash of the table, and the
/// figures of the test part, or of the training part without one; who asked for it is the
/// caller's to add. Throws as train_model().
model::Model measured_training(const data::Table& table, const data::Split& split,
                               const Options& options, const Observer& observer);

}  // namespace terse::train
