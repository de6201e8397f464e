// The log of who administered the server, and of who was refused a right.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>

#include "terse/serve/core/uplink.h"

namespace terse::serve::core {

/// "token gate-7", "device pump-7", "none 192.0.2.7:4711", "none": how a sender was proven, and its
/// name. At most 255 bytes of the name, without control characters.
std::string sender_text(const Sender& sender);

/// Safe from any thread. At most 50 lines at once and 5 a second in the long run; how many were
/// left out is the next line, so that nobody can fill the disk with refusals.
class Audit {
 public:
  using Clock = std::chrono::steady_clock;

  /// told: gets whole lines, with the time (UTC), from whichever thread notes.
  explicit Audit(std::function<void(const std::string&)> told);

  /// "audit 2026-11-30T05:13:00Z token gate-7: PUT /v1/models". what: without control characters.
  void note(const Sender& who, const std::string& what, Clock::time_point now = Clock::now());

 private:
  std::function<void(const std::string&)> told_;
  std::mutex mutex_;
  double allowed_;  ///< lines that may be written now
  Clock::time_point filled_;
  std::size_t left_out_ = 0;
};

}  // namespace terse::serve::core
