// A check of whether the order of a table's rows matters: the last rows are then harder to predict
// from those before them than from rows all over the table, as where machines age or seasons
// change. A random test part then promises too much.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "terse/data/split.h"
#include "terse/data/table.h"
#include "terse/train/options.h"

namespace terse::train {

/// Losses of small boosted models on the last fifth of the rows.
struct OrderCheck {
  std::size_t rows = 0;        ///< of the last fifth that were compared
  double last = 0.0;           ///< mean loss, trained on the rows before them
  double random = 0.0;         ///< mean loss, trained on as many rows from all over the table
  double at_least = 0.0;       ///< lower bound of last / random, wrong with a probability of 1 %
  bool order_matters = false;  ///< last is above random by more than a fifth, the bound above 1

  double ratio() const { return last / random; }
};

/// Compares on at most 2000 rows at equal distances. The same rows are predicted both ways, so that
/// rows which are hard in any case do not count; the bound is that of the mean difference over ten
/// neighbouring blocks (stats/mean_bounds.h). Squared error; of classes whether a row is of the one
/// whose share is nearest to a half. Nothing below 200 rows, or where a random split leaves no
/// loss. Same table and seed, same result. Throws Interrupted.
std::optional<OrderCheck> order_check(const data::Table& table, std::uint64_t seed,
                                      const std::atomic<bool>* stop = nullptr);

/// The same where a random split might hide it: of a table that was split at random, with a test
/// part.
std::optional<OrderCheck> order_check(const data::Table& table, const Options& options,
                                      const data::Split& split, const std::atomic<bool>* stop);

/// What to tell the user if the order matters.
std::string order_warning(const OrderCheck& check);

}  // namespace terse::train
