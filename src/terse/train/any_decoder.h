// The training of a model on the columns of a table, whatever its decoder: the best one is chosen
// first.
#pragma once

#include <cstdint>
#include <span>

#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/options.h"

namespace terse::train {

struct Observer;  // observer.h

/// options: valid, with_kept_encoder(). No feature is computed. Throws what train_model() throws.
model::Model train_any_decoder(const data::Table& table, std::span<const std::uint32_t> rows,
                               const Options& options, const Observer& observer);

}  // namespace terse::train
