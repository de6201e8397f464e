// One question by HTTP and its answer, within a time and a size.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "terse/serve/predictor/address.h"

namespace terse::serve::predictor {

struct Question {
  std::string target;
  std::string body;                          ///< JSON
  std::size_t answer_bytes_max = 0;          ///< of its body
  std::chrono::milliseconds patience{2000};  ///< from the name of the host to the last byte
};

struct Reply {
  int status = 0;
  std::string body;
};

/// For one thread, but for stop().
class Exchanges {
 public:
  explicit Exchanges(Address address);
  ~Exchanges();

  /// Throws PredictorFault: no connection, no whole answer in time, or one that is too long.
  Reply ask(const Question& question);
  /// Waits, unless stop() is called before.
  void pause(std::chrono::milliseconds time);
  /// An ask() or pause() that is under way ends now, later ones at once. From any thread.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::serve::predictor
