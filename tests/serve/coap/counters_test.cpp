#include "terse/serve/coap/counters.h"

#include <gtest/gtest.h>

namespace terse::serve::coap {
namespace {

TEST(CoapCounters, CountsObserversAndNotifications) {
  core::Metrics metrics;
  CoapCounters counters(metrics);
  counters.change_observers(0, 5);
  CoapCounters of_another_server(metrics);
  of_another_server.change_observers(3, 2);
  CoapCounters copied = counters;
  copied.count_notification(Notice::again);
  EXPECT_EQ(metrics.text(),
            "# HELP terse_observers Observations of predictions over CoAP.\n"
            "# TYPE terse_observers gauge\nterse_observers 4\n"
            "# HELP terse_notifications_total Notifications to them, by kind.\n"
            "# TYPE terse_notifications_total counter\n"
            "terse_notifications_total{kind=\"confirmable\"} 0\n"
            "terse_notifications_total{kind=\"non_confirmable\"} 0\n"
            "terse_notifications_total{kind=\"again\"} 1\n");
}

}  // namespace
}  // namespace terse::serve::coap
