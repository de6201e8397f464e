// Learns thresholds and network together: the loop of epochs, the falling temperature, the fold
// into a model.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>

#include "terse/base/error.h"
#include "terse/data/table.h"
#include "terse/model/model.h"
#include "terse/train/options.h"

namespace terse::train {

/// Where a training stands after a step.
struct Progress {
  std::size_t step = 0;   ///< steps done
  std::size_t steps = 0;  ///< steps in all
  unsigned epoch = 0;     ///< from 1
  unsigned epochs = 0;
  double loss = 0.0;  ///< of the epoch so far: mean squared error (standardised), or cross entropy
  float temperature = 1.0F;
};

/// What the caller hears and may ask while training runs.
struct Observer {
  std::function<void(const Progress&)> on_step;  ///< may be empty
  const std::atomic<bool>* stop = nullptr;       ///< set to true: training throws Interrupted
};

/// The training was stopped through Observer::stop; nothing was written.
class Interrupted : public base::JobError {
 public:
  Interrupted() : base::JobError("interrupted, nothing was written") {}
};

/// Trains on the given rows of the table (raw units) and folds the result: a classification if the
/// table has classes.
/// Throws InputError for options out of range, JobError with advice if the loss stops being finite,
/// Interrupted.
model::Model train_model(const data::Table& table, std::span<const std::uint32_t> rows,
                         const Options& options, const Observer& observer = {});

}  // namespace terse::train
