// The training of a model whose kind of decoder is decided.
#pragma once

#include <cstdint>
#include <span>

#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/options.h"

namespace terse::train {

struct Observer;   // observer.h
struct StackPlan;  // stacked_decoder.h

/// plan: of a stack that was measured before; null: it is measured by folds.
/// options: as train_model() takes them, valid, with_kept_encoder(), and not Decoder::best. Throws
/// what train_model() throws.
model::Model train_one_decoder(const data::Table& table, std::span<const std::uint32_t> rows,
                               const Options& options, const Observer& observer,
                               const StackPlan* plan = nullptr);

}  // namespace terse::train
