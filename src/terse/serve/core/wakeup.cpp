#include "terse/serve/core/wakeup.h"

#include <sys/eventfd.h>
#include <unistd.h>

namespace terse::serve::core {

Wakeup::Wakeup() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

Wakeup::~Wakeup() {
  if (descriptor_ >= 0) close(descriptor_);
}

void Wakeup::call() noexcept {
  eventfd_write(descriptor_, 1);
}

void Wakeup::clear() noexcept {
  eventfd_t calls = 0;
  eventfd_read(descriptor_, &calls);
}

}  // namespace terse::serve::core
