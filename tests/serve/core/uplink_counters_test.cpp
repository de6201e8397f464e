#include "terse/serve/core/uplink_counters.h"

#include <gtest/gtest.h>

namespace terse::serve::core {
namespace {

TEST(UplinkCounters, CountsWhatBecameOfUplinks) {
  Metrics metrics;
  UplinkCounters counters(metrics);
  counters.count(Verdict::stored, 3, 0.0015);
  counters.count(Verdict::stored, 3, 0.0004);
  counters.count(Verdict::refused, 5, 100.0);
  counters.count_float_bytes(48);
  counters.count_batch(2);
  for (const std::uint64_t total : {3, 7, 5}) counters.set_dropped(total);
  counters.set_queue(7);
  EXPECT_EQ(counters.answered(Verdict::stored), 2U);
  EXPECT_EQ(counters.payload_bytes(), 6U);
  EXPECT_EQ(counters.float_bytes(), 48U);
  EXPECT_EQ(UplinkCounters(metrics).answered(Verdict::stored), 2U) << "the same families";
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
           "terse_batches_total 1\n",
           "terse_batch_rows_total 2\n",
           "terse_payload_bytes_total 6\n",
           "terse_float_bytes_total 48\n",
           "terse_quarantine_dropped_total 7\n",
           "terse_queue_uplinks 7\n",
       }) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

}  // namespace
}  // namespace terse::serve::core
