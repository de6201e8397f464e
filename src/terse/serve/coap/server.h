// CoAP in front of the pipeline, made for many small devices, whatever transport their messages
// come by: POST or PUT a payload to /m/MODEL, GET or observe predictions at /d/DEVICE and /m/MODEL
// (docs/server/coap.md).
#pragma once

#include <cstddef>
#include <memory>

#include "terse/serve/coap/counters.h"
#include "terse/serve/coap/predictions.h"
#include "terse/serve/coap/transport.h"
#include "terse/serve/core/heartbeats.h"
#include "terse/serve/core/pipeline.h"

namespace terse::serve::coap {

struct CoapOptions {
  Reading reading = Reading::all;
  std::size_t answers_kept_max = 100'000;            ///< for retransmissions
  core::Heartbeats heartbeats = core::Heartbeats();  ///< how long devices may be silent
};

/// One thread. A request's acknowledgement carries its response, when the pipeline has answered
/// (RFC 7252, section 5.2.1); a request that comes again meanwhile is passed over, later it gets
/// the same answer. A peer that has proven to be a device needs no query d; any other name is
/// refused by the pipeline.
class CoapServer {
 public:
  /// Arguments must outlive it. store: may be null; predictions of devices are read from it. Throws
  /// JobError if the system gives no means to wait.
  CoapServer(std::unique_ptr<Transport> transport, const CoapOptions& options,
             const core::ModelRegistry& registry, core::Pipeline& pipeline, store::Store* store,
             const CoapCounters& counters);
  /// Answers what has arrived.
  ~CoapServer();

  int port() const;
  /// Transport::reload().
  void reload();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::serve::coap
