// The one loop of every training: epochs of shuffled batches, at the temperature and the learning
// rate that a policy gives each epoch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "terse/inference/parameters.h"
#include "terse/train/observer.h"
#include "terse/training/trainer.h"

namespace terse::train {

/// The values that stay the same for an epoch.
struct EpochRates {
  float temperature = 1.0F;
  double learning_rate = 1e-3;
};

/// How a training runs, whatever it trains.
struct LoopPolicy {
  std::string job = "training";  ///< its name in error messages
  unsigned epochs = 50;
  std::size_t rows = 0;    ///< at least 1; every epoch takes each of them once
  std::size_t copies = 1;  ///< copy c of row r has the number c * rows + r; an epoch takes any
  std::size_t batch_rows = 512;  ///< at least 1
  double learning_rate = 1e-3;   ///< the largest of `rates`, named where a loss diverges
  std::uint64_t seed = 0;
  /// Epoch e, from 0, is shuffled by stream shuffle_stream + e of Random, and takes its copies by
  /// stream copy_stream + e.
  std::uint64_t shuffle_stream = 0;
  std::uint64_t copy_stream = 0;
  /// Share of the epochs, the last ones, over whose ends the parameters are averaged; 0: the last
  /// epoch's are taken. For trained_parameters().
  double average = 0.0;
  std::function<EpochRates(unsigned epoch)> rates;  ///< of epoch 0 .. epochs - 1
};

/// The object of a training.
struct Learner {
  /// One step on these rows; the mean loss of the batch before it.
  std::function<double(std::span<const std::uint32_t> rows, const EpochRates& rates)> step;
  /// With the number of the epoch, from 0; may be empty.
  std::function<void(unsigned epoch)> before_epoch = {};
  std::function<void(unsigned epoch)> after_epoch = {};
};

/// Runs all epochs. Before each step it asks observer.stop, after each it tells observer.on_step.
/// Throws JobError with advice if a loss stops being finite, Interrupted.
void run_epochs(const LoopPolicy& policy, const Learner& learner, const Observer& observer = {});

/// The same for a trainer; its parameters in the end, averaged if the policy says so. Throws
/// JobError also if one of the weights is not finite.
inference::Parameters trained_parameters(training::Trainer& trainer, const LoopPolicy& policy,
                                         const Observer& observer = {});

/// 0 in the first epoch (number 0), 1 in the last; 1 in a single one.
double progress_of(unsigned epoch, unsigned epochs);

/// Half a cosine: 1 in the first epoch, 0 in the last; 0 in a single one.
double half_cosine(unsigned epoch, unsigned epochs);

}  // namespace terse::train
