#include "terse/base/unfinished_files.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <utility>

namespace terse::base {
namespace {

std::array<std::atomic<const char*>, 64> unfinished{};
static_assert(std::atomic<const char*>::is_always_lock_free, "read in a signal handler");

}  // namespace

UnfinishedFile::UnfinishedFile(const char* path) noexcept : place_(-1) {
  for (std::size_t i = 0; i < unfinished.size(); ++i) {
    const char* none = nullptr;
    if (!unfinished[i].compare_exchange_strong(none, path)) continue;
    place_ = static_cast<int>(i);
    return;
  }
}

void UnfinishedFile::forget() noexcept {
  if (place_ >= 0) unfinished[static_cast<std::size_t>(std::exchange(place_, -1))] = nullptr;
}

void remove_unfinished_files() noexcept {
  for (std::atomic<const char*>& path : unfinished) {
    if (const char* each = path.exchange(nullptr)) unlink(each);
  }
}

}  // namespace terse::base
