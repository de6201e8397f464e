// The fewest levels at equal steps with which what is decoded of each reading keeps its tolerance.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "terse/data/table.h"
#include "terse/train/options.h"

namespace terse::train {

/// The levels of each feature with 256 at most, of categories all, by name, as Options::levels.
/// units: per feature its tolerance, 0: Options::bits says how many. On its own a reading gets as
/// many as keep the tolerance in every training row: steps of twice the tolerance from the lowest
/// to the highest. Then each, the ones that others tell most of first, gets the fewest with which
/// boosted trees of all codes keep it in 95 of 100 of a tenth of the rows, which they are not grown
/// on, beyond chance (one-sided, 99 %), and all that were lowered before still do; down to 1, with
/// which it is not sent. Throws OptionError where more than 256 are needed. on_round: called before
/// each tree; may throw to stop.
std::vector<std::pair<std::string, std::size_t>> levels_within(
    const data::Table& table, std::span<const std::uint32_t> rows, std::span<const double> units,
    const Options& options, const std::function<void(unsigned)>& on_round);

}  // namespace terse::train
