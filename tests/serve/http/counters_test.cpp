#include "terse/serve/http/counters.h"

#include <gtest/gtest.h>

namespace terse::serve::http {
namespace {

TEST(HttpCounters, CountsRefusedTokensByReason) {
  core::Metrics metrics;
  HttpCounters counters(metrics);
  counters.count_unauthorized(core::TokenVerdict::expired);
  EXPECT_EQ(metrics.text(),
            "# HELP terse_unauthorized_total Requests without a valid bearer token.\n"
            "# TYPE terse_unauthorized_total counter\n"
            "terse_unauthorized_total{token=\"missing\"} 0\n"
            "terse_unauthorized_total{token=\"unknown\"} 0\n"
            "terse_unauthorized_total{token=\"expired\"} 1\n");
  EXPECT_DEATH(counters.count_unauthorized(core::TokenVerdict::good), "good");
}

}  // namespace
}  // namespace terse::serve::http
