// A fixed team of threads that walk through one training step together. All members run the same
// function and meet at barriers; each owns a share of the rows (or columns) of every product. No
// work is stolen, so the result depends only on the number of members.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace terse::training {

struct Share {
  std::size_t begin;
  std::size_t end;
  std::size_t size() const { return end - begin; }
};

class Team;

/// One member's view of the team.
class Member {
 public:
  unsigned index() const { return index_; }
  unsigned count() const { return count_; }
  /// Waits until every member is here. What the others wrote before it is visible after it.
  void barrier();
  /// This member's contiguous part of 0..total, cut at multiples of `multiple`; may be empty.
  Share share(std::size_t total, std::size_t multiple = 1) const;

 private:
  friend class Team;
  Member(Team& team, unsigned index, unsigned count) : team_(team), index_(index), count_(count) {}
  Team& team_;
  unsigned index_;
  unsigned count_;
  unsigned phase_ = 0;
};

/// Threads >= 1. The calling thread is member 0. Denormals are flushed to zero in every member
/// while it works.
class Team {
 public:
  explicit Team(unsigned threads);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  unsigned size() const { return size_; }
  /// Runs `work` on every member, returns when all are done. Exceptions must not leave `work`.
  void run(const std::function<void(Member&)>& work);

 private:
  friend class Member;
  void arrive(unsigned& phase);
  void serve(unsigned index);

  unsigned size_;
  std::atomic<unsigned> arrived_{0};
  std::atomic<unsigned> phase_{0};
  std::atomic<unsigned> job_{0};
  std::atomic<bool> stopping_{false};
  const std::function<void(Member&)>* work_ = nullptr;
  std::vector<std::thread> threads_;
};

}  // namespace terse::training
