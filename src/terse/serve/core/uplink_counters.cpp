#include "terse/serve/core/uplink_counters.h"

namespace terse::serve::core {
namespace {

constexpr int place = 100;
constexpr int queue_place = 300;

std::array<Counter*, verdicts> answered_in(Metrics& metrics) {
  std::array<Counter*, verdicts> counters{};
  for (std::size_t verdict = 0; verdict < counters.size(); ++verdict) {
    counters[verdict] =
        &metrics.counter({"terse_uplinks_total", "Uplinks answered, by outcome.", place},
                         {{"verdict", std::string(word(static_cast<Verdict>(verdict)))}});
  }
  return counters;
}

}  // namespace

UplinkCounters::UplinkCounters(Metrics& metrics)
    : answered_(answered_in(metrics)),
      seconds_(metrics.histogram(
          {"terse_answer_seconds", "From the arrival of an uplink to its answer.", place},
          {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2.0})),
      batches_(metrics.counter({"terse_batches_total", "Transactions of the store.", place})),
      batch_rows_(
          metrics.counter({"terse_batch_rows_total", "Rows in these transactions.", place})),
      payload_bytes_(
          metrics.counter({"terse_payload_bytes_total", "Bytes of payload acknowledged.", place})),
      float_bytes_(metrics.counter(
          {"terse_float_bytes_total",
           "Bytes that the acknowledged uplinks would have cost as float32 readings.", place})),
      dropped_(metrics.counter({"terse_quarantine_dropped_total",
                                "Refused payloads that made room for newer ones.", place})),
      queue_(metrics.gauge({"terse_queue_uplinks", "Uplinks waiting for a worker.", queue_place})) {
}

void UplinkCounters::count(Verdict verdict, std::size_t bytes, double seconds) noexcept {
  answered_[static_cast<std::size_t>(verdict)]->add();
  if (is_acknowledged(verdict)) payload_bytes_.add(bytes);
  seconds_.observe(seconds);
}

void UplinkCounters::count_batch(std::size_t rows) noexcept {
  batches_.add();
  batch_rows_.add(rows);
}

void UplinkCounters::set_dropped(std::uint64_t total) noexcept {
  std::uint64_t seen = dropped_seen_;
  while (total > seen) {
    if (!dropped_seen_.compare_exchange_weak(seen, total)) continue;
    dropped_.add(total - seen);
    return;
  }
}

std::uint64_t UplinkCounters::answered(Verdict verdict) const noexcept {
  return answered_[static_cast<std::size_t>(verdict)]->value();
}

}  // namespace terse::serve::core
