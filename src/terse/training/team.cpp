#include "terse/training/team.h"

#include <algorithm>

#include "terse/inference/product_scope.h"

#if defined(__SSE__)
#include <immintrin.h>
#endif

namespace terse::training {
namespace {

// Pauses of about 40 ns (Zen 5) before a waiting member sleeps. Waking costs some microseconds, so
// while all members run, the longest imbalance of a phase is worth waiting for. When the machine is
// shared and the one waited for has no core, waiting only delays it.
constexpr int spins_max = 4000;
constexpr int spins_min = 64;

void pause() {
#if defined(__SSE__)
  _mm_pause();
#endif
}

// Dead units' first moments decay into denormals, which cost a hundred cycles each.
class FlushDenormals {
 public:
#if defined(__SSE__)
  FlushDenormals() : saved_(_mm_getcsr()) {
    _mm_setcsr(saved_ | 0x8040U);
  }
  ~FlushDenormals() {
    _mm_setcsr(saved_);
  }

 private:
  unsigned saved_;
#endif
};

// Waits that ended while spinning allow longer ones, waits that did not shorten the next; a third
// of successes suffices to stay long. A step of 64 units by two members on one core: 3.2 ms with
// spins_max always, 1.0 ms so.
void wait_for_change(std::atomic<unsigned>& value, unsigned old) {
  static thread_local int spins = spins_max;
  for (int spin = 0; spin < spins; ++spin) {
    if (value.load(std::memory_order_acquire) != old) {
      spins = std::min(spins_max, 2 * spins);
      return;
    }
    pause();
  }
  spins = std::max(spins_min, spins - spins / 4);
  while (value.load(std::memory_order_acquire) == old) value.wait(old, std::memory_order_acquire);
}

}  // namespace

void Member::barrier() {
  team_.arrive(phase_);
}

Share Member::share(std::size_t total, std::size_t multiple) const {
  const std::size_t pieces = (total + multiple - 1) / multiple;
  const auto cut = [&](std::size_t member) {
    return std::min(total, pieces * member / count_ * multiple);
  };
  return {cut(index_), cut(index_ + 1)};
}

Team::Team(unsigned threads) : size_(std::max(1U, threads)) {
  for (unsigned index = 1; index < size_; ++index) {
    threads_.emplace_back([this, index] { serve(index); });
  }
}

Team::~Team() {
  stopping_.store(true, std::memory_order_relaxed);
  job_.fetch_add(1, std::memory_order_release);
  job_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void Team::run(const std::function<void(Member&)>& work) {
  const inference::ProductScope products;
  const FlushDenormals flush;
  Member member(*this, 0, size_);
  member.phase_ = phase_.load(std::memory_order_relaxed);
  work_ = &work;
  job_.fetch_add(1, std::memory_order_release);
  if (size_ > 1) job_.notify_all();
  work(member);
  member.barrier();
}

void Team::serve(unsigned index) {
  const inference::ProductScope products;
  const FlushDenormals flush;
  unsigned job = 0;
  while (true) {
    wait_for_change(job_, job);
    ++job;
    if (stopping_.load(std::memory_order_relaxed)) return;
    Member member(*this, index, size_);
    member.phase_ = phase_.load(std::memory_order_relaxed);
    (*work_)(member);
    member.barrier();
  }
}

void Team::arrive(unsigned& phase) {
  if (size_ == 1) return;
  const unsigned old = phase++;
  if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == size_) {
    arrived_.store(0, std::memory_order_relaxed);
    phase_.store(old + 1, std::memory_order_release);
    phase_.notify_all();
  } else {
    wait_for_change(phase_, old);
  }
}

}  // namespace terse::training
