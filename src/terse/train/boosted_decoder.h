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

/// What a decoder is grown with: of a number (0 classes), or of one of several classes. Throws
/// OptionError for a quantile, which trees do not learn.
boosted::BoostingOptions boosting_for(std::size_t classes, const Objective& objective);

/// A model with the prepared features and thresholds that is still to be given its decoder. Method:
/// one whose thresholds do not learn.
model::Model model_without_decoder(const Preparation& prepared, quantize::Method method);

/// Gives the model boosted trees for a decoder, grown on the codes of these rows (full precision:
/// their scaled readings and special levels). table: its features are the model's, its categories
/// numbered as the model has them. prepared: of the same rows. A tenth of the rows, taken as
/// options.split says, decides when to stop; below 50 rows none does. Of several targets each has
/// trees of its own, which stop by themselves. With levels that few or no
/// rows have (drop_rate, unseen), readings are dropped as for a network. on_round is called before
/// each round and may throw to stop.
void give_boosted_decoder(model::Model& model, const data::Table& table,
                          std::span<const std::uint32_t> rows, const Preparation& prepared,
                          const Options& options,
                          const std::function<void(unsigned)>& on_round = {});

}  // namespace terse::train
