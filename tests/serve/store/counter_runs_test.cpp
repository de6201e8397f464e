#include "terse/serve/store/counter_runs.h"

#include <gtest/gtest.h>

namespace terse::serve::store {
namespace {

using Kind = CounterPolicy::Kind;

Row counted(std::uint64_t counter, Kind kind, std::vector<std::uint8_t> payload = {1}) {
  Row row;
  row.device = "d";
  row.counter = counter;
  row.key = std::to_string(counter);
  row.policy = {kind, 100};
  row.payload = std::move(payload);
  return row;
}

Row restarted(std::uint64_t counter, std::vector<std::uint8_t> payload = {1}) {
  Row row = counted(counter, Kind::session, std::move(payload));
  row.restarted = true;
  return row;
}

TEST(CounterRuns, OnlyCountersOfTheirOwnHaveRuns) {
  Row row = counted(7, Kind::session);
  EXPECT_TRUE(is_counted(row));
  row.session = "s";
  EXPECT_FALSE(is_counted(row));
  row.key = "s:7";
  EXPECT_TRUE(is_counted(row));
  row.key = "mine";
  EXPECT_FALSE(is_counted(row));
  row.counter.reset();
  EXPECT_FALSE(is_counted(row));
}

TEST(CounterRuns, StrictNeverBeginsAnew) {
  std::optional<CounterState> state = CounterState{.run = 2, .highest = 1'000'000};
  Row row = counted(0, Kind::strict);
  row.restarted = true;
  EXPECT_EQ(run_of(row, state), 2);
}

TEST(CounterRuns, ASessionBeginsAnewWhenTheDeviceSaysSo) {
  std::optional<CounterState> state;
  EXPECT_EQ(run_of(counted(500, Kind::session), state), 0);
  EXPECT_EQ(run_of(counted(3, Kind::session), state), 0);
  EXPECT_EQ(state->highest, 500U);
  EXPECT_EQ(run_of(restarted(0), state), 1);
  EXPECT_EQ(run_of(counted(1, Kind::session), state), 1);
  EXPECT_EQ(state->highest, 1U);
}

TEST(CounterRuns, TheSameRestartAgainIsNone) {
  std::optional<CounterState> state;
  EXPECT_EQ(run_of(restarted(0), state), 1);
  EXPECT_EQ(run_of(counted(1, Kind::session), state), 1);
  EXPECT_EQ(run_of(restarted(0), state), 1);
  EXPECT_EQ(run_of(restarted(0, {2}), state), 2) << "other bytes: another restart";
  EXPECT_EQ(run_of(restarted(4, {2}), state), 3) << "another counter";
}

TEST(CounterRuns, TimesTellRestartsWithTheSameBytesApart) {
  std::optional<CounterState> state;
  Row row = restarted(0);
  row.received_ms = 1'000;
  EXPECT_EQ(run_of(row, state), 1);
  row.received_ms += said_again_ms_max;
  EXPECT_EQ(run_of(row, state), 1);
  row.received_ms += 1;
  EXPECT_EQ(run_of(row, state), 2);
  row.measured_ms = 5;
  EXPECT_EQ(run_of(row, state), 2) << "only one of them knows when it was measured";
  row.received_ms += 2 * said_again_ms_max;
  EXPECT_EQ(run_of(row, state), 3);
  EXPECT_EQ(run_of(row, state), 3);
  row.received_ms += 2 * said_again_ms_max;
  EXPECT_EQ(run_of(row, state), 3) << "measured at the same time, however late it comes";
  row.measured_ms = 6;
  EXPECT_EQ(run_of(row, state), 4);
}

TEST(CounterRuns, AWindowBeginsAnewFurtherBack) {
  std::optional<CounterState> state;
  EXPECT_EQ(run_of(counted(1000, Kind::window), state), 0);
  EXPECT_EQ(run_of(counted(900, Kind::window), state), 0) << "late";
  EXPECT_EQ(state->highest, 1000U);
  EXPECT_EQ(run_of(counted(899, Kind::window), state), 1);
  EXPECT_EQ(state->highest, 899U);
  EXPECT_EQ(run_of(counted(899, Kind::window), state), 1) << "again";
  Row row = counted(5, Kind::window);
  row.restarted = true;
  EXPECT_EQ(run_of(row, state), 2) << "and when the device says so";
}

TEST(CounterRuns, AMessageOfTheRunBeforeThatComesLateIsOfThatRun) {
  std::optional<CounterState> state;
  EXPECT_EQ(run_of(counted(50'000, Kind::window), state), 0);
  EXPECT_EQ(run_of(counted(0, Kind::window), state), 1);
  EXPECT_EQ(run_of(counted(49'999, Kind::window), state), 0);
  EXPECT_EQ(state->highest, 0U);
  EXPECT_EQ(run_of(counted(1, Kind::window), state), 1);
  EXPECT_EQ(run_of(counted(60'000, Kind::window), state), 1) << "it had never come so far";
}

}  // namespace
}  // namespace terse::serve::store
