// The uplinks whose models have their decoder elsewhere wait here for its predictions, so that no
// other uplink waits with them. Inside the serve/core room.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "terse/serve/core/external_predictor.h"
#include "terse/serve/core/uplink_queue.h"

namespace terse::serve::core {

/// Safe from any thread.
class ExternalStage {
 public:
  static constexpr std::size_t queue_max = 1024;  ///< uplinks that wait

  struct Calls {
    /// Takes an uplink that is decided: predicted, refused, or unavailable.
    std::function<void(Waiting&&)> decided;
    /// One line when predictions begin to fail, fail for another reason, or come again.
    std::function<void(const std::string&)> told;
  };

  /// predictor: must outlive it. Calls come from its thread alone, and from stop().
  ExternalStage(ExternalPredictor& predictor, Calls calls);
  ~ExternalStage();

  /// waiting: with its model. False if too many wait, or it stops: then it is as it was.
  bool add(Waiting& waiting);
  /// What is under way is ended, and all that wait are decided: unavailable.
  void stop();

 private:
  void work();
  std::vector<Waiting> take();
  void decide(std::vector<Waiting>& batch);
  void predict(std::span<Waiting*> rows);
  void ask(std::span<Waiting*> rows, std::span<const quantize::Code> codes);
  void fail(std::span<Waiting*> rows, const std::string& problem);
  void remember(const std::string& problem);

  ExternalPredictor& predictor_;
  Calls calls_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Waiting> queue_;
  bool stopping_ = false;
  std::size_t questions_left_ = 0;  ///< of one batch
  std::string problem_;             ///< of its thread
  std::thread thread_;
};

}  // namespace terse::serve::core
