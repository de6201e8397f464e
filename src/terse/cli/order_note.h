// The warning that a random test part promises too much, because the order of the rows matters.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "terse/data/split_rule.h"
#include "terse/train/options.h"
#include "terse/train/order_check.h"

namespace terse::cli {

/// The check of a table that was split at random, with a test part; a line to stderr if the order
/// matters.
std::optional<train::OrderCheck> checked_order(const data::Table& table,
                                               const train::Options& options,
                                               const data::Split& split);

nlohmann::ordered_json order_json(const train::OrderCheck& check);

}  // namespace terse::cli
