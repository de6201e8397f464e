#include "terse/train/observer.h"

namespace terse::train {

Interrupted::Interrupted() : base::JobError("interrupted, nothing was written") {}

Observer with_purpose(const Observer& asked, std::string_view purpose) {
  Observer observer = asked;
  if (!asked.on_step) return observer;
  observer.on_step = [&asked, purpose](Progress progress) {
    progress.purpose = purpose;
    asked.on_step(progress);
  };
  return observer;
}

void stop_if_asked(const std::atomic<bool>* stop) {
  if (stop != nullptr && stop->load(std::memory_order_relaxed)) throw Interrupted();
}

}  // namespace terse::train
