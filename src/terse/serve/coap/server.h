// CoAP over plain UDP in front of the pipeline, made for many small devices: POST or PUT a payload
// to /m/MODEL, GET or observe predictions at /d/DEVICE and /m/MODEL (docs/server/coap.md). CoAP
// over DTLS is terse/serve/dtls/server.h.
#pragma once

#include <cstddef>
#include <memory>

#include "terse/serve/coap/counters.h"
#include "terse/serve/core/address.h"
#include "terse/serve/core/pipeline.h"

namespace terse::serve::coap {

struct CoapOptions {
  core::Address address;
  std::size_t answers_kept_max = 200'000;  ///< for retransmissions
  bool predictions_readable = true;        ///< by GET, once or observed
};

/// One thread, which takes and sends datagrams by the dozen. A request's acknowledgement carries
/// its response, when the pipeline has answered (RFC 7252, section 5.2.1); a request that comes
/// again meanwhile is passed over, later it gets the same answer.
class CoapServer {
 public:
  /// Throws InputError if the address cannot be read, JobError if it is not available. Arguments
  /// must outlive it. store: may be null; predictions of devices are read from it.
  CoapServer(const CoapOptions& options, const core::ModelRegistry& registry,
             core::Pipeline& pipeline, store::Store* store, const CoapCounters& counters);
  /// Answers what has arrived.
  ~CoapServer();

  int port() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::serve::coap
