// The training of a model with a feature that the device computes: the forest first, then a decoder
// of its level, with or without the codes of the readings.
#pragma once

#include <cstdint>
#include <span>

#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/options.h"

namespace terse::train {

struct Observer;  // observer.h

/// Whether options.computed asks for one, or options.encoder has one.
bool computes_features(const Options& options);

/// options: valid, with_kept_encoder(), with a computed feature. That of options.encoder stays, and
/// then the decoder learns from the forest's sums as they are: give rows that the forest was not
/// trained on. Throws what train_model() and trained_forest() throw.
model::Model train_with_forest(const data::Table& table, std::span<const std::uint32_t> rows,
                               const Options& options, const Observer& observer);

}  // namespace terse::train
