#include "terse/serve/dtls/counters.h"

#include <gtest/gtest.h>

namespace terse::serve::dtls {
namespace {

TEST(DtlsCounters, CountsHandshakes) {
  core::Metrics metrics;
  DtlsCounters counters(metrics);
  counters.count_handshake(true);
  counters.count_handshake(true);
  counters.count_handshake(false);
  EXPECT_EQ(metrics.text(),
            "# HELP terse_dtls_handshakes_total Peers of CoAP over DTLS, by outcome.\n"
            "# TYPE terse_dtls_handshakes_total counter\n"
            "terse_dtls_handshakes_total{outcome=\"accepted\"} 2\n"
            "terse_dtls_handshakes_total{outcome=\"refused\"} 1\n");
}

}  // namespace
}  // namespace terse::serve::dtls
