#include "terse/serve/core/metrics.h"

#include <gtest/gtest.h>

namespace terse::serve::core {
namespace {

TEST(Metrics, WritesCountersGaugesAndHistograms) {
  Metrics metrics;
  const Family answers{"answers_total", "Answers, by kind.", 1};
  metrics.counter(answers, {{"kind", "good"}}).add();
  metrics.counter(answers, {{"kind", "bad"}, {"why", "late"}}).add(41);
  metrics.gauge({"queue", "Waiting now.", 2}).set(7);
  Histogram& seconds = metrics.histogram({"seconds", "Until the answer.", 3}, {0.0005, 2.0});
  for (const double value : {0.0005, 0.0006, 2.0, 2.1}) seconds.observe(value);
  EXPECT_EQ(metrics.text(),
            "# HELP answers_total Answers, by kind.\n# TYPE answers_total counter\n"
            "answers_total{kind=\"good\"} 1\nanswers_total{kind=\"bad\",why=\"late\"} 41\n"
            "# HELP queue Waiting now.\n# TYPE queue gauge\nqueue 7\n"
            "# HELP seconds Until the answer.\n# TYPE seconds histogram\n"
            "seconds_bucket{le=\"0.0005\"} 1\nseconds_bucket{le=\"2\"} 3\n"
            "seconds_bucket{le=\"+Inf\"} 4\nseconds_sum 4.101100000\nseconds_count 4\n");
}

TEST(Metrics, AHistogramMayHaveLabels) {
  Metrics metrics;
  metrics.histogram({"seconds", "x", 0}, {1.0}, {{"of", "a"}}).observe(3.0);
  EXPECT_EQ(metrics.text(),
            "# HELP seconds x\n# TYPE seconds histogram\nseconds_bucket{of=\"a\",le=\"1\"} 0\n"
            "seconds_bucket{of=\"a\",le=\"+Inf\"} 1\nseconds_sum{of=\"a\"} 3.000000000\n"
            "seconds_count{of=\"a\"} 1\n");
}

TEST(Metrics, StandByPlaceWhoeverIsFirst) {
  Metrics metrics;
  for (const auto& [name, place] : {std::pair("c", 3), {"a", 1}, {"b2", 2}, {"b1", 2}}) {
    metrics.counter({name, "x", place});
  }
  const std::string text = metrics.text();
  std::string order;
  for (std::size_t at = 0; (at = text.find("# HELP ", at)) != std::string::npos; ++at) {
    order += text.substr(at + 7, text.find(' ', at + 7) - at - 7) + ' ';
  }
  EXPECT_EQ(order, "a b2 b1 c ");
}

TEST(Metrics, TheSameIsGivenAgain) {
  Metrics metrics;
  const Family family{"total", "x", 0};
  Counter& first = metrics.counter(family, {{"of", "a"}});
  for (int other = 0; other < 1000; ++other) {
    metrics.counter(family, {{"of", std::to_string(other)}});
    metrics.counter({"total" + std::to_string(other), "x", 0});
  }
  EXPECT_EQ(&metrics.counter(family, {{"of", "a"}}), &first);
  EXPECT_NE(&metrics.counter(family), &first);
  first.add();
  EXPECT_NE(metrics.text().find("total{of=\"a\"} 1\n"), std::string::npos);
}

TEST(Metrics, OneFamilyIsOfOneKind) {
  Metrics metrics;
  metrics.counter({"total", "x", 0}, {{"of", "a"}});
  EXPECT_DEATH(metrics.gauge({"total", "x", 0}, {{"of", "a"}}), "holds_alternative");
  EXPECT_DEATH(metrics.gauge({"total", "x", 0}, {{"of", "b"}}), "holds_alternative");
}

TEST(Metrics, LabelsAreEscaped) {
  EXPECT_EQ(label_text("a\"b\\c\nd"), "a\\\"b\\\\c d");
  Metrics metrics;
  metrics.counter({"total", "x", 0}, {{"of", "\""}});
  EXPECT_NE(metrics.text().find("total{of=\"\\\"\"} 0\n"), std::string::npos);
}

}  // namespace
}  // namespace terse::serve::core
