// The decoders that compete for the codes, and their counterparts in full precision: the losses of
// rows unseen in training. Inside room allocate.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "terse/allocate/shrink.h"
#include "terse/allocate/task.h"
#include "terse/base/matrix.h"
#include "terse/data/split.h"
#include "terse/data/table.h"
#include "terse/train/observer.h"
#include "terse/train/options.h"
#include "terse/train/preparation.h"

namespace terse::allocate {

struct ValidationRows {
  base::Matrix inputs;  ///< rows x (F + special levels), nothing dropped
  std::vector<float> targets;
};

/// These rows in the units of a preparation.
ValidationRows validation_rows(const data::Table& table, std::span<const std::uint32_t> rows,
                               const train::Preparation& prepared, const train::Options& training);

/// Boosted trees grown on the codes of the network's training rows: losses of its measured rows.
std::vector<double> boosted_losses(const Task& task, const ShrinkingNetwork& network,
                                   std::uint64_t seed, const train::Observer& observer,
                                   unsigned threads = 1);

/// A full-precision model of split.train: losses of split.test, in units of split.train.
std::vector<double> full_precision_losses(const Task& task, const data::Table& table,
                                          const data::Split& split, const train::Options& training,
                                          train::Decoder decoder, const train::Observer& observer);

}  // namespace terse::allocate
