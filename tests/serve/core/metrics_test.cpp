#include "terse/serve/core/metrics.h"

#include <gtest/gtest.h>

namespace terse::serve::core {
namespace {

TEST(Metrics, CountsWhatBecameOfUplinks) {
  Metrics metrics;
  metrics.count(Verdict::stored, 3, 0.0015);
  metrics.count(Verdict::stored, 3, 0.0004);
  metrics.count(Verdict::refused, 5, 100.0);
  metrics.count_float_bytes(48);
  metrics.count_batch(2);
  metrics.set_queue(7);
  metrics.count_unauthorized(TokenVerdict::expired);
  metrics.count_handshake(true);
  metrics.count_handshake(true);
  metrics.count_handshake(false);
  metrics.set_observers(4);
  metrics.count_notification(Notice::again);
  EXPECT_EQ(metrics.answered(Verdict::stored), 2U);
  EXPECT_EQ(metrics.payload_bytes(), 6U);
  EXPECT_EQ(metrics.float_bytes(), 48U);
  const std::string text = metrics.text();
  for (const char* line : {
           "terse_uplinks_total{verdict=\"stored\"} 2\n",
           "terse_uplinks_total{verdict=\"refused\"} 1\n",
           "terse_uplinks_total{verdict=\"busy\"} 0\n",
           "terse_answer_seconds_bucket{le=\"0.0005\"} 1\n",
           "terse_answer_seconds_bucket{le=\"0.001\"} 1\n",
           "terse_answer_seconds_bucket{le=\"0.002\"} 2\n",
           "terse_answer_seconds_bucket{le=\"2\"} 2\n",
           "terse_answer_seconds_bucket{le=\"+Inf\"} 3\n",
           "terse_answer_seconds_sum 100.001900000\n",
           "terse_answer_seconds_count 3\n",
           "terse_batch_rows_total 2\n",
           "terse_queue_uplinks 7\n",
           "terse_dtls_handshakes_total{outcome=\"accepted\"} 2\n",
           "terse_dtls_handshakes_total{outcome=\"refused\"} 1\n",
           "terse_observers 4\n",
           "terse_notifications_total{kind=\"confirmable\"} 0\n",
           "terse_notifications_total{kind=\"again\"} 1\n",
           "terse_unauthorized_total{token=\"missing\"} 0\n",
           "terse_unauthorized_total{token=\"expired\"} 1\n",
       }) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

TEST(Metrics, EveryVerdictHasItsWord) {
  EXPECT_EQ(word(Verdict::stored), "stored");
  EXPECT_EQ(word(Verdict::unknown_model), "unknown_model");
  EXPECT_EQ(word(Verdict::unavailable), "unavailable");
}

}  // namespace
}  // namespace terse::serve::core
