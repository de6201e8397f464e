#include "terse/serve/core/gathering.h"

#include <algorithm>

namespace terse::serve::core {
namespace {

constexpr std::chrono::nanoseconds longest = std::chrono::milliseconds(2);
/// Below it, waiting costs more than a write does.
constexpr std::chrono::nanoseconds shortest = std::chrono::microseconds(20);
constexpr std::size_t batches_without = 15;
constexpr std::size_t peers_max = 24;

}  // namespace

bool Gathering::worth_waiting() const {
  // A batch alone, with nobody behind it, is a single peer's. And two halves of many peers lose
  // nothing: one is read and predicted while the other is written.
  return without_ == 0 && others_ > 0 && batch_ + others_ <= peers_max && at_most() >= shortest;
}

std::chrono::nanoseconds Gathering::at_most() const {
  return std::min(fixed_ / 2, longest);
}

Gathering::Wait Gathering::next() const {
  if (!worth_waiting()) return {};
  return {batch_ + others_, at_most()};
}

void Gathering::took(std::size_t uplinks) {
  if (worth_waiting()) {
    // Three in four of those who were waited for are worth it.
    if (4 * uplinks < 3 * batch_ + 4 * others_) without_ = batches_without;
  } else if (without_ > 0) {
    --without_;
  }
  batch_ = uplinks;
}

void Gathering::wrote(std::chrono::nanoseconds time, std::size_t others) {
  // The least of the last writes, and a little more with each that takes longer.
  fixed_ = fixed_.count() == 0 ? time : std::min(fixed_ + fixed_ / 16, time);
  others_ = others;
}

}  // namespace terse::serve::core
