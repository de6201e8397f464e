#include "terse/serve/store/device_state.h"

#include <algorithm>
#include <utility>

namespace terse::serve::store {
namespace {

std::optional<std::int64_t> believed(std::optional<std::int64_t> measured_ms,
                                     std::int64_t received_ms) {
  const bool wild = measured_ms && *measured_ms > received_ms + measured_ahead_ms_max;
  return wild ? std::nullopt : measured_ms;
}

}  // namespace

bool DeviceState::is_later(const Row& row, std::int64_t in_run) const {
  if (latest == 0) return true;
  const auto measured_before = believed(measured_ms, received_ms);
  const auto measured = believed(row.measured_ms, row.received_ms);
  if (measured_before && measured && *measured != *measured_before) {
    return *measured > *measured_before;
  }
  if (counter && is_counted(row) && row.model == model && row.session == session) {
    return std::pair(in_run, *row.counter) > std::pair(run, *counter);
  }
  return true;
}

bool DeviceState::take(const Row& row, std::int64_t in_run, std::int64_t message) {
  last = message;
  heard_ms = row.received_ms;
  if (!is_later(row, in_run)) return false;
  latest = message;
  model = row.model;
  session = row.session;
  run = in_run;
  counter = is_counted(row) ? row.counter : std::nullopt;
  received_ms = row.received_ms;
  measured_ms = row.measured_ms;
  prediction = row.prediction;
  label = row.label;
  return true;
}

std::optional<CounterState> DeviceState::with_latest(const Row& row,
                                                     std::optional<CounterState> remembered) const {
  if (!counter || row.model != model || row.session != session) return remembered;
  if (!remembered) return CounterState{.run = run, .highest = *counter};
  if (remembered->run == run) remembered->highest = std::max(remembered->highest, *counter);
  return remembered;
}

}  // namespace terse::serve::store
