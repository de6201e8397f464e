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

/// A table with one more feature behind the readings: what a device computes of them.
struct ComputedColumn {
  data::Table table;
  model::Forest forest;  ///< grown on all rows that were given
};

/// The sums of a forest of options.forest_trees trees: in `rows` those of forests that did not see
/// the row, which is what a decoder is to learn from, elsewhere the forest's own. The name is
/// "level of TARGET". Throws what trained_forest() throws, Interrupted.
ComputedColumn with_computed_column(const data::Table& table, std::span<const std::uint32_t> rows,
                                    const Options& options, const Observer& observer);

/// options: valid, with_kept_encoder(), with a computed feature. That of options.encoder stays, and
/// then the decoder learns from the forest's sums as they are: give rows that the forest was not
/// trained on. Throws what train_model() and trained_forest() throw.
model::Model train_with_forest(const data::Table& table, std::span<const std::uint32_t> rows,
                               const Options& options, const Observer& observer);

}  // namespace terse::train
