#include "terse/serve/coap/counters.h"

namespace terse::serve::coap {
namespace {

constexpr int place = 500;

core::Counter* notifications(core::Metrics& metrics, const char* kind) {
  return &metrics.counter({"terse_notifications_total", "Notifications to them, by kind.", place},
                          {{"kind", kind}});
}

}  // namespace

CoapCounters::CoapCounters(core::Metrics& metrics)
    : observers_(
          metrics.gauge({"terse_observers", "Observations of predictions over CoAP.", place})),
      notifications_{notifications(metrics, "confirmable"),
                     notifications(metrics, "non_confirmable"), notifications(metrics, "again")} {}

}  // namespace terse::serve::coap
