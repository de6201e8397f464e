// The files that are being written, so that a process that is told to end leaves none behind.
#pragma once

namespace terse::base {

/// A file that is to go unless forget() is called. Only so many at a time are remembered (64); one
/// more is not.
class UnfinishedFile {
 public:
  /// path: must stay where it is until forget() or the end of this object.
  explicit UnfinishedFile(const char* path) noexcept;
  ~UnfinishedFile() { forget(); }
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;

  void forget() noexcept;

 private:
  int place_;  ///< -1: not remembered
};

/// Removes all of them. May be called in a signal handler.
void remove_unfinished_files() noexcept;

}  // namespace terse::base
