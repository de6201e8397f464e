// Trains a network of given levels, from scratch or from where it stands, in phases.
#pragma once

#include <cstdint>
#include <optional>

#include "terse/allocate/level_table.h"
#include "terse/train/joint.h"
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

/// A fresh network of these thresholds (standardised units), trained on the preparation's rows.
LevelTable trained(const train::Preparation& prepared, const quantize::Thresholds& thresholds,
                   const train::Options& options, const Phase& phase, std::uint64_t seed,
                   const train::Observer& observer = {});

/// The same network trained on. Adam starts anew.
LevelTable trained_on(const train::Preparation& prepared, const LevelTable& table,
                      const train::Options& options, const Phase& phase, std::uint64_t seed,
                      const train::Observer& observer = {});

}  // namespace terse::allocate
