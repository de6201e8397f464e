// The training of a network on prepared rows, and its folding into a model.
#pragma once

#include <cstdint>
#include <span>

#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/options.h"
#include "terse/train/preparation.h"

namespace terse::train {

struct Observer;  // observer.h

/// Features, thresholds and decoder of the model; all else is the caller's. prepared: of these
/// rows. Throws JobError with advice if the loss stops being finite, Interrupted.
model::Model trained_network(const data::Table& table, std::span<const std::uint32_t> rows,
                             const Preparation& prepared, const Options& options,
                             const Observer& observer);

}  // namespace terse::train
