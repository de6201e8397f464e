// The terminal while a job runs: progress on stderr, and Ctrl-C as a polite request to stop.
#pragma once

#include <atomic>
#include <chrono>

#include "terse/train/observer.h"

namespace terse::cli {

/// From the first call on, SIGINT and SIGTERM set the returned flag instead of ending the program;
/// a second one ends it.
const std::atomic<bool>& stop_request();

/// A bar with loss, rate and remaining time, redrawn in place on a terminal; a plain line per tenth
/// otherwise.
class ProgressBar {
 public:
  explicit ProgressBar(bool quiet);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void show(const train::Progress& progress);

 private:
  using Clock = std::chrono::steady_clock;
  void draw(const train::Progress& progress, double elapsed_seconds) const;

  bool quiet_;
  bool terminal_;
  bool drawn_ = false;
  std::size_t tenths_shown_ = 0;
  std::string purpose_;  ///< of the training shown
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_ = {};
};

/// "1:05", "2:03:10".
std::string duration_text(double seconds);

}  // namespace terse::cli
