// The observer of a training: hears of its steps, and may ask it to stop.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <string_view>

#include "terse/base/error.h"

namespace terse::train {

/// The progress of a training after a step.
struct Progress {
  std::size_t step = 0;   ///< steps done
  std::size_t steps = 0;  ///< steps in all
  unsigned epoch = 0;     ///< from 1
  unsigned epochs = 0;
  double loss = 0.0;  ///< of the epoch so far: mean squared error (standardised), or cross entropy
  float temperature = 1.0F;
  std::string_view purpose;  ///< of a training before the last one: "to choose the decoder"
};

/// The caller's functions during a training.
struct Observer {
  std::function<void(const Progress&)> on_step;  ///< may be empty
  const std::atomic<bool>* stop = nullptr;       ///< set to true: training throws Interrupted
};

/// The same, told of each step for what the training is done. asked: must outlive it.
Observer with_purpose(const Observer& asked, std::string_view purpose);

/// The training was stopped through Observer::stop; nothing was written.
class Interrupted : public base::JobError {
 public:
  Interrupted();
};

/// Throws Interrupted if `stop` is there and true: the one place where any job asks.
void stop_if_asked(const std::atomic<bool>* stop);

}  // namespace terse::train
