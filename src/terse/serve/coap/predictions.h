// GET of predictions, once or observed (RFC 7641): /d/DEVICE and /m/MODEL.
#pragma once

#include <memory>
#include <string_view>

#include "terse/serve/coap/counters.h"
#include "terse/serve/coap/message.h"
#include "terse/serve/coap/observers.h"
#include "terse/serve/coap/responder.h"
#include "terse/serve/core/heartbeats.h"
#include "terse/serve/core/model_registry.h"
#include "terse/serve/core/pipeline.h"
#include "terse/serve/core/wakeup.h"

namespace terse::serve::coap {

/// Which predictions a peer may read.
enum class Reading : std::uint8_t {
  nothing,
  own,  ///< those of the device that it has proven to be
  all,
};

/// For the server's one thread; a thread of its own reads the store.
class CoapPredictions {
 public:
  using Clock = CoapObservers::Clock;
  struct Setup {
    const core::ModelRegistry& registry;
    core::Pipeline& pipeline;
    store::Store* store;  ///< may be null: then nothing is known of devices
    CoapCounters counters;
    Reading reading;  ///< others are answered 4.01 or 4.03
    CoapObserverLimits limits = {};
    core::Heartbeats heartbeats = core::Heartbeats();
  };

  /// wakeup: of the server's thread, called when work() has something to do. responder must outlive
  /// it.
  CoapPredictions(const Setup& setup, const std::shared_ptr<core::Wakeup>& wakeup,
                  Responder& responder);
  ~CoapPredictions();

  /// Whether a path can be one of predictions: "d/" and a device's name, "m/" and a model's.
  static bool is_resource(std::string_view path);
  /// request: a GET of such a path. Before a peer is kept as an observer it has to prove its
  /// address (4.01 with an Echo option).
  void answer(const Asker& asker, const CoapRequest& request);
  /// An empty acknowledgement or reset.
  void take_empty(const Peer& peer, CoapType type, std::uint16_t message_id);
  /// The peer is not there any more.
  void forget(const Peer& peer);
  /// Answers with what the store has found, and sends the notifications that are due.
  void work();
  std::optional<Clock::time_point> next_due() const;
  std::uint16_t next_message_id(const Peer& peer);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::serve::coap
