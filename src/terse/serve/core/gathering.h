// The moment that a worker waits for a fuller batch. Inside the serve/core room.
#pragma once

#include <chrono>
#include <cstddef>

namespace terse::serve::core {

/// A few peers that send again as soon as they are answered fall into two halves: one waits while
/// the other is being written, and the disk works twice for what it could write at once. So after a
/// batch its peers are waited for, as many as it had and as had come meanwhile, but never longer
/// than half of what a write costs however little it writes, which is what is saved; and if they do
/// not come, the next batches wait for nobody (the idea of PostgreSQL's commit_delay and
/// commit_siblings, measured instead of set).
class Gathering {
 public:
  struct Wait {
    std::size_t uplinks = 1;              ///< as many are enough
    std::chrono::nanoseconds at_most{0};  ///< from the first one on
  };

  /// Before the next batch.
  Wait next() const;
  /// A batch of this size was taken after next().
  void took(std::size_t uplinks);
  /// It was written within this time; `others` had come meanwhile.
  void wrote(std::chrono::nanoseconds time, std::size_t others);

 private:
  bool worth_waiting() const;
  std::chrono::nanoseconds at_most() const;

  std::size_t batch_ = 0;
  std::size_t others_ = 0;
  std::chrono::nanoseconds fixed_{0};  ///< of every write
  std::size_t without_ = 0;            ///< batches still to be taken without waiting
};

}  // namespace terse::serve::core
