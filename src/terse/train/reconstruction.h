// Readings given back: the targets of a model are its own readings, and what a device sends is as
// fine as the tolerance of each asks for.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/options.h"

namespace terse::train {

/// Makes every feature a target, too; categories become classes. Throws InputError for a gap or a
/// category that is not known, neither of which can be given back, OptionError for more features
/// than a model may have targets.
void target_the_readings(data::Table& table);

/// Whether the record says so, and the targets are the features.
bool gives_back_readings(const model::Model& model);

/// Of the record: per feature in units; 0 where it has none.
std::vector<double> recorded_tolerances(const model::Model& model);

/// The options of such a training: with tolerances thresholds at equal steps, as many as these need
/// (tolerance_levels.h), and trees that give back (reading_trees.h) unless a network is asked for.
/// What the tolerances then are in units of each reading is in options.tolerances. Throws
/// OptionError for a tolerance of what is not a number among the features, or one that asks for
/// more than 256 levels. on_round: called now and then; may throw to stop.
Options reconstruction_options(const data::Table& table, std::span<const std::uint32_t> rows,
                               Options options, const std::function<void(unsigned)>& on_round);

/// The finest tolerance in percent of every number's range, of steps from 0.2 to 50, with which a
/// message has at most so many bytes. options: without tolerances. Throws OptionError if none has.
double percent_within(const data::Table& table, std::span<const std::uint32_t> rows,
                      const Options& options, std::size_t payload_bytes,
                      const std::function<void(unsigned)>& on_round);

/// Writes into the record that the model gives readings back, and options.tolerances, in units.
void record_reconstruction(model::Model& model, const Options& options);

}  // namespace terse::train
