#include "terse/serve/dtls/counters.h"

namespace terse::serve::dtls {
namespace {

core::Counter& handshakes(core::Metrics& metrics, const char* outcome) {
  constexpr int place = 400;
  return metrics.counter(
      {"terse_dtls_handshakes_total", "Peers of CoAP over DTLS, by outcome.", place},
      {{"outcome", outcome}});
}

}  // namespace

DtlsCounters::DtlsCounters(core::Metrics& metrics)
    : accepted_(handshakes(metrics, "accepted")), refused_(handshakes(metrics, "refused")) {}

}  // namespace terse::serve::dtls
