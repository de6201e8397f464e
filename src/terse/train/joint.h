// Joint training: thresholds and network learn together while the temperature falls, and are folded
// into a model.
#pragma once

#include <cstdint>
#include <span>

#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/options.h"

namespace terse::train {

struct Observer;  // observer.h

/// Trains on the given rows of the table (raw units) and folds the result: a classification if the
/// table has classes.
/// Throws InputError for options out of range, JobError with advice if the loss stops being finite,
/// Interrupted.
model::Model train_model(const data::Table& table, std::span<const std::uint32_t> rows,
                         const Options& options);
/// The same, heard and stopped through observer.h.
model::Model train_model(const data::Table& table, std::span<const std::uint32_t> rows,
                         const Options& options, const Observer& observer);

}  // namespace terse::train
