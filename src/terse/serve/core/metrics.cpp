#include "terse/serve/core/metrics.h"

#include <fmt/format.h>

namespace terse::serve::core {
namespace {

constexpr std::array<std::string_view, 7> words = {
    "stored", "duplicate", "conflict", "refused", "unknown_model", "busy", "unavailable"};

std::string heading(std::string_view name, std::string_view type, std::string_view explanation) {
  return fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, explanation);
}

std::string single(std::string_view name, std::string_view type, std::string_view explanation,
                   std::uint64_t value) {
  return heading(name, type, explanation) + fmt::format("{} {}\n", name, value);
}

}  // namespace

std::string_view word(Verdict verdict) noexcept {
  return words[static_cast<std::size_t>(verdict)];
}

void Metrics::count(Verdict verdict, std::size_t bytes, double seconds) noexcept {
  ++answered_[static_cast<std::size_t>(verdict)];
  if (is_acknowledged(verdict)) payload_bytes_ += bytes;
  std::size_t bucket = 0;
  while (bucket < bounds_seconds.size() && seconds > bounds_seconds[bucket]) ++bucket;
  ++latency_[bucket];
  latency_nanoseconds_ += static_cast<std::uint64_t>(seconds * 1e9);
}

void Metrics::count_batch(std::size_t rows) noexcept {
  ++batches_;
  batch_rows_ += rows;
}

std::uint64_t Metrics::answered(Verdict verdict) const noexcept {
  return answered_[static_cast<std::size_t>(verdict)];
}

std::string Metrics::text() const {
  std::string text =
      heading("terse_uplinks_total", "counter", "Uplinks answered, by what became of them.");
  for (std::size_t verdict = 0; verdict < verdicts; ++verdict) {
    text += fmt::format("terse_uplinks_total{{verdict=\"{}\"}} {}\n", words[verdict],
                        answered_[verdict].load());
  }
  const std::string_view latency = "terse_answer_seconds";
  text += heading(latency, "histogram", "From the arrival of an uplink to its answer.");
  std::uint64_t sum = 0;
  for (std::size_t bucket = 0; bucket < bounds_seconds.size(); ++bucket) {
    sum += latency_[bucket];
    text += fmt::format("{}_bucket{{le=\"{}\"}} {}\n", latency, bounds_seconds[bucket], sum);
  }
  sum += latency_.back();
  text += fmt::format("{0}_bucket{{le=\"+Inf\"}} {1}\n{0}_sum {2:.9f}\n{0}_count {1}\n", latency,
                      sum, static_cast<double>(latency_nanoseconds_) * 1e-9);
  text += single("terse_batches_total", "counter", "Transactions of the store.", batches_);
  text += single("terse_batch_rows_total", "counter", "Rows in these transactions.", batch_rows_);
  text += single("terse_payload_bytes_total", "counter", "Bytes of payload acknowledged.",
                 payload_bytes_);
  text += single("terse_float_bytes_total", "counter",
                 "Bytes that float32 readings of the acknowledged uplinks would have cost.",
                 float_bytes_);
  text += heading("terse_unauthorized_total", "counter", "Requests without a good bearer token.");
  for (const TokenVerdict why :
       {TokenVerdict::missing, TokenVerdict::unknown, TokenVerdict::expired}) {
    text += fmt::format("terse_unauthorized_total{{token=\"{}\"}} {}\n", word(why),
                        unauthorized_[static_cast<std::size_t>(why)].load());
  }
  text += single("terse_queue_uplinks", "gauge", "Uplinks waiting for the worker.", queue_);
  text += heading("terse_dtls_handshakes_total", "counter", "Peers of CoAP over DTLS, by outcome.");
  text += fmt::format("terse_dtls_handshakes_total{{outcome=\"accepted\"}} {}\n",
                      handshakes_[1].load());
  text +=
      fmt::format("terse_dtls_handshakes_total{{outcome=\"refused\"}} {}\n", handshakes_[0].load());
  text += single("terse_observers", "gauge", "Observations of predictions over CoAP.", observers_);
  text += heading("terse_notifications_total", "counter", "Notifications to them, by kind.");
  constexpr std::array<std::string_view, 3> kinds = {"confirmable", "non_confirmable", "again"};
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    text += fmt::format("terse_notifications_total{{kind=\"{}\"}} {}\n", kinds[kind],
                        notifications_[kind].load());
  }
  if (mqtt_connected_ >= 0) {
    text +=
        single("terse_mqtt_connected", "gauge", "Whether the subscription at the broker stands.",
               static_cast<std::uint64_t>(mqtt_connected_.load()));
  }
  return text;
}

}  // namespace terse::serve::core
