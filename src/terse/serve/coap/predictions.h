// GET of predictions over plain UDP, once or observed (RFC 7641): /d/DEVICE and /m/MODEL.
#pragma once

#include <functional>
#include <memory>

#include "terse/serve/coap/counters.h"
#include "terse/serve/coap/message.h"
#include "terse/serve/coap/observers.h"
#include "terse/serve/core/model_registry.h"
#include "terse/serve/core/pipeline.h"
#include "terse/serve/core/wakeup.h"

namespace terse::serve::coap {

/// For the server's one thread; a thread of its own reads the store.
class CoapPredictions {
 public:
  using Clock = CoapObservers::Clock;
  using Send = std::function<void(const SocketAddress&, const CoapReply&)>;
  struct Setup {
    const core::ModelRegistry& registry;
    core::Pipeline& pipeline;
    store::Store* store;  ///< may be null: then nothing is known of devices
    CoapCounters counters;
    bool readable;  ///< false: every request is answered 4.01
    CoapObserverLimits limits = {};
  };

  /// wakeup: of the server's thread, called when work() has something to do. send: may be called
  /// from all functions but the constructor.
  CoapPredictions(const Setup& setup, const std::shared_ptr<core::Wakeup>& wakeup, Send send);
  ~CoapPredictions();

  /// Whether a path is one of predictions.
  static bool is_resource(std::string_view path);
  /// request: a GET of such a path.
  void answer(const SocketAddress& peer, const CoapRequest& request);
  /// An empty acknowledgement or reset.
  void take_empty(const SocketAddress& peer, CoapType type, std::uint16_t message_id);
  /// Answers with what the store has found, and sends the notifications that are due.
  void work();
  /// The time for which work() may be put off if nobody calls `wakeup`.
  std::chrono::milliseconds wait(std::chrono::milliseconds wait_max) const;
  std::uint16_t next_message_id(const SocketAddress& peer);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::serve::coap
