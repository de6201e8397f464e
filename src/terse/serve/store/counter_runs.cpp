#include "terse/serve/store/counter_runs.h"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace terse::serve::store {
namespace {

bool is_said_again(const Row& row, const CounterState& state) {
  if (state.began != row.counter || state.began_payload != row.payload) return false;
  if (state.began_measured_ms && row.measured_ms) return state.began_measured_ms == row.measured_ms;
  return std::abs(row.received_ms - state.began_ms) <= said_again_ms_max;
}

CounterState begun_anew(std::uint64_t counter, const CounterState& before) {
  CounterState state;
  state.run = before.run + 1;
  state.highest = counter;
  state.highest_before = before.highest;
  return state;
}

CounterState restarted(const Row& row, const std::optional<CounterState>& before) {
  CounterState state = begun_anew(*row.counter, before.value_or(CounterState()));
  if (!before) state.highest_before.reset();
  state.began = row.counter;
  state.began_payload = row.payload;
  state.began_ms = row.received_ms;
  state.began_measured_ms = row.measured_ms;
  return state;
}

/// Far above this run, but where the one before had come to: a message of that one, on its way when
/// the device began anew.
bool is_of_run_before(std::uint64_t counter, std::uint64_t back, const CounterState& state) {
  return state.highest_before && counter > state.highest && counter - state.highest > back &&
         counter <= *state.highest_before && *state.highest_before - counter <= back;
}

}  // namespace

bool is_counted(const Row& row) {
  if (!row.counter || !row.key) return false;
  const std::string number = std::to_string(*row.counter);
  return *row.key == (row.session.empty() ? number : row.session + ":" + number);
}

bool may_begin_anew(const Row& row) {
  return row.policy.kind != CounterPolicy::Kind::strict;
}

std::int64_t run_of(const Row& row, std::optional<CounterState>& state) {
  const std::uint64_t counter = *row.counter;
  if (row.restarted && may_begin_anew(row)) {
    if (!state || !is_said_again(row, *state)) state = restarted(row, state);
    return state->run;
  }
  if (!state) state = CounterState{.highest = counter};
  if (row.policy.kind == CounterPolicy::Kind::window) {
    if (is_of_run_before(counter, row.policy.back, *state)) return state->run - 1;
    if (counter < state->highest && state->highest - counter > row.policy.back) {
      state = begun_anew(counter, *state);
    }
  }
  state->highest = std::max(state->highest, counter);
  return state->run;
}

}  // namespace terse::serve::store
