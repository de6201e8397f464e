#include "terse/serve/core/gathering.h"

#include <algorithm>

namespace terse::serve::core {
namespace {

constexpr std::chrono::nanoseconds longest = std::chrono::milliseconds(1);
/// Below it, waiting costs more than a write does.
constexpr std::chrono::nanoseconds shortest = std::chrono::microseconds(20);
constexpr std::size_t batches_without = 15;

std::chrono::nanoseconds share_of(std::chrono::nanoseconds write) {
  return std::min(write / 2, longest);
}

}  // namespace

bool Gathering::worth_waiting() const {
  // A batch alone, with nobody behind it, is a single peer's.
  return without_ == 0 && others_ > 0 && share_of(write_) >= shortest;
}

Gathering::Wait Gathering::next() const {
  if (!worth_waiting()) return {};
  return {batch_ + others_, share_of(write_)};
}

void Gathering::took(std::size_t uplinks) {
  if (worth_waiting()) {
    // Half of those who were waited for are worth it.
    if (2 * uplinks < batch_ + 2 * others_) without_ = batches_without;
  } else if (without_ > 0) {
    --without_;
  }
  batch_ = uplinks;
}

void Gathering::wrote(std::chrono::nanoseconds time, std::size_t others) {
  write_ = time;
  others_ = others;
}

}  // namespace terse::serve::core
