// Boosted trees in place of the network: on the codes of a model whose thresholds are fixed, or on
// readings in full precision.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "terse/boosted/boosting.h"
#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/preparation.h"

namespace terse::train {

/// The same objective for trees. Throws OptionError for a quantile, which they do not learn.
boosted::Objective boosted_objective(const Objective& objective);

/// A model with the prepared features and thresholds that is still to be given its decoder. Method:
/// one whose thresholds do not learn.
model::Model model_without_decoder(const Preparation& prepared, quantize::Method method);

/// Gives the model boosted trees for a decoder, grown on the codes of these rows (full precision:
/// their standardised readings). A tenth of the rows, taken as options.split says, decides when to
/// stop; below 50 rows none does. Of the options the seed, split and objective matter. on_round is
/// called before each tree and may throw to stop.
void give_boosted_decoder(model::Model& model, const data::Table& table,
                          std::span<const std::uint32_t> rows, const Preparation& prepared,
                          const Options& options,
                          const std::function<void(unsigned)>& on_round = {});

}  // namespace terse::train
