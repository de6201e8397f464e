// The one way that every uplink goes: queue -> unpack -> predict -> store -> answer. Front ends
// only bring uplinks and take answers.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "terse/serve/core/access.h"
#include "terse/serve/core/audit.h"
#include "terse/serve/core/drift.h"
#include "terse/serve/core/external_predictor.h"
#include "terse/serve/core/metrics.h"
#include "terse/serve/core/model_registry.h"
#include "terse/serve/core/prediction_watch.h"
#include "terse/serve/core/uplink.h"
#include "terse/serve/core/version_watch.h"
#include "terse/serve/store/store.h"

namespace terse::serve::core {

struct PipelineLimits {
  std::size_t queue_max = 20'000;     ///< uplinks waiting; more are answered `busy`
  std::size_t device_max = 5'000;     ///< of one device among them, so that none takes all
  std::size_t batch_rows_max = 2048;  ///< in one transaction
  std::chrono::milliseconds check_pause{1000};
};

/// Who may write what, and what counters mean.
struct PipelineRules {
  const Access* access = nullptr;  ///< null: nobody is forbidden; must outlive the pipeline
  Audit* audit = nullptr;  ///< gets a line for each sender that is forbidden; must outlive it, too
  /// By the model's name, without version; "" is for those that are not named.
  std::map<std::string, store::CounterPolicy, std::less<>> counters = {};
  ComparedShares compared = {};  ///< devices whose messages two versions predict
  /// Of models whose decoder is external; null: there are none. Must outlive the pipeline.
  ExternalPredictor* predictor = nullptr;
};

/// As many worker threads as the store can write at the same time, each with the devices of its own
/// lane, whose order it keeps. Whatever arrives while a batch is being written becomes the next
/// batch, and so do, if they come soon, those that were just answered (gathering.h): alone an
/// uplink waits for nobody, under load the transactions grow.
class Pipeline {
 public:
  /// Called once per uplink, from a worker or, if busy, from submit(). Must not block or throw.
  using Answered = std::function<void(const Answer&)>;

  /// One line when the store begins to fail, fails for another reason, or works again; from a
  /// worker, and from the constructor.
  using Told = std::function<void(const std::string&)>;

  /// store: may be null (nothing is kept, every answer is `stored` all the same); checks it once.
  /// All arguments must outlive the pipeline.
  Pipeline(const ModelRegistry& registry, store::Store* store, Metrics& metrics,
           const PipelineLimits& limits, Told told = {}, PipelineRules rules = {});
  /// Answers everything that was submitted.
  ~Pipeline();

  /// Takes an uplink; acknowledged means that the store has it.
  void submit(Uplink uplink, Answered answered);
  /// Takes several at once: those of one lane are written in one transaction, unless it is full.
  void submit_all(std::vector<std::pair<Uplink, Answered>> several);
  /// Submits and waits.
  Answer ask(Uplink uplink);
  /// One answer per uplink, in order.
  std::vector<Answer> ask_all(std::span<const Uplink> uplinks);
  /// Why the last batch was not stored; empty if it was. A store that refused is tried again every
  /// `check_pause`, also when nothing arrives.
  std::string problem() const;
  /// From now on `watch` is given every new message after the store has it (with no store: after it
  /// was predicted), until its last owner releases it.
  void watch(const std::shared_ptr<PredictionWatch>& watch);
  /// Of the messages that were stored.
  const DriftWatch& drift() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::serve::core
