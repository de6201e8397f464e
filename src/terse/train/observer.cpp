#include "terse/train/observer.h"

namespace terse::train {

Interrupted::Interrupted() : base::JobError("interrupted, nothing was written") {}

void stop_if_asked(const std::atomic<bool>* stop) {
  if (stop != nullptr && stop->load(std::memory_order_relaxed)) throw Interrupted();
}

}  // namespace terse::train
