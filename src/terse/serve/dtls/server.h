// CoAP over DTLS in front of the pipeline, by libcoap: POST or PUT a payload to /m/MODEL, GET or
// observe one's own predictions at /d/DEVICE (docs/server/coap.md).
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "terse/serve/core/address.h"
#include "terse/serve/core/pipeline.h"
#include "terse/serve/dtls/counters.h"

namespace terse::serve::dtls {

struct DtlsOptions {
  core::Address address;                    ///< coaps://
  std::map<std::string, std::string> keys;  ///< PSK identity, which is the device, -> key
  std::string certificate;                  ///< PEM file of the server, may be empty if keys is not
  std::string private_key;                  ///< PEM file
  /// PEM file: clients without a pre-shared key must have a certificate of one of these, whose
  /// common name is the device. Empty: they need none, and name their device themselves.
  std::string authorities;
  unsigned idle_sessions_max = 5000;
  std::size_t answers_kept_max = 100'000;  ///< for retransmissions
};

/// One thread of its own, which alone touches libcoap. A request is answered after the pipeline has
/// answered, in the request's own acknowledgement (RFC 7252, section 5.2.1). Arguments must outlive
/// it.
class DtlsServer {
 public:
  /// Throws InputError if the address or a PEM file cannot be used, JobError if the address is not
  /// available. store: may be null; predictions of devices are read from it.
  DtlsServer(DtlsOptions options, const core::ModelRegistry& registry, core::Pipeline& pipeline,
             store::Store* store, const DtlsCounters& counters);
  ~DtlsServer();

  int port() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terse::serve::dtls
