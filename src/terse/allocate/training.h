// Training of a network with given levels in phases, from scratch or from its present state.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "terse/allocate/level_table.h"
#include "terse/allocate/task.h"
#include "terse/train/observer.h"
#include "terse/train/options.h"
#include "terse/train/preparation.h"

namespace terse::allocate {

/// Some epochs: temperature falls exponentially from begin to end (the last epoch runs at end), the
/// learning rate falls from begin to end along half a cosine.
struct Phase {
  unsigned epochs = 50;
  double temperature_begin = 1.0;
  double temperature_end = 1e-3;
  double rate_begin = 1e-3;
  double rate_end = 1e-3;
};

/// What a network is trained on.
struct TrainingRows {
  base::ConstMatrixView inputs;         ///< copies * rows x (F + special levels)
  std::span<const float> targets;       ///< copies * rows
  std::size_t copies = 1;               ///< each epoch takes every row once, from any of its copies
  std::span<const float> weights = {};  ///< copies * rows; empty: 1 each
};

/// Special levels as a preparation has them.
std::vector<FeatureShape> shapes_of(const train::Preparation& prepared);

/// A fresh network of the preparation's thresholds, trained on its rows. Throws as
/// train::trained_parameters().
LevelTable trained(const Task& task, const train::Preparation& prepared,
                   const train::Options& options, const Phase& phase, std::uint64_t seed,
                   const train::Observer& observer = {});

/// The same network trained on. Adam starts anew.
LevelTable trained_on(const Task& task, const TrainingRows& rows, const LevelTable& table,
                      const train::Options& options, const Phase& phase, std::uint64_t seed,
                      const train::Observer& observer = {});

}  // namespace terse::allocate
