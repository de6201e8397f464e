#include "terse/serve/store/postgres_batch.h"

#include <algorithm>

#include "terse/serve/store/storable.h"

namespace terse::serve::store {

PostgresBatch::PostgresBatch(std::span<const Row> rows) : rows_(rows) {
  for (const Row& row : rows) {
    devices.try_emplace(row.device);
    if (is_counted(row)) counters.try_emplace({row.device, row.model, row.session});
  }
}

void PostgresBatch::decide(const Row& row, std::int64_t message) {
  Device& device = devices.at(row.device);
  std::optional<CounterState> state;
  Counter* counter = nullptr;
  std::int64_t run = 0;
  if (is_counted(row)) {
    counter = &counters.at({row.device, row.model, row.session});
    if (counter->state || may_begin_anew(row)) {
      state = device.state.with_latest(row, counter->state);
      run = run_of(row, state);
    }
  }
  if (row.key) {
    const auto [first, is_new] = firsts.try_emplace({row.device, row.model, *row.key, run});
    if (!is_new) {
      const bool same = first->second.payload == row.payload;
      outcomes.push_back(first->second.outcome);
      outcomes.back().kept = same ? Kept::duplicate : Kept::conflict;
      if (!same) conflicts.push_back(conflict_refusal(row));
      return;
    }
    first->second.outcome = {Kept::stored, row.version, row.prediction, row.label};
    first->second.payload = row.payload;
  }
  stored.push_back({&row, run, message, device.state.last});
  const bool later = device.state.take(row, run, message);
  outcomes.push_back({Kept::stored, row.version, row.prediction, row.label, !later});
  device.changed = true;
  if (counter == nullptr || !may_begin_anew(row)) return;
  counter->state = state;
  counter->last = message;
}

void PostgresBatch::decide(std::span<const std::int64_t> messages) {
  for (std::size_t i = 0; i < rows_.size(); ++i) decide(rows_[i], messages[i]);
  std::stable_sort(stored.begin(), stored.end(), [](const Stored& a, const Stored& b) {
    return std::tie(a.row->device, a.row->model, a.row->key) <
           std::tie(b.row->device, b.row->model, b.row->key);
  });
}

}  // namespace terse::serve::store
