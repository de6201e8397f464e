#include "terse/serve/store/device_state.h"

#include <gtest/gtest.h>

namespace terse::serve::store {
namespace {

Row row(std::optional<std::uint64_t> counter, std::optional<std::int64_t> measured_ms = {}) {
  Row made;
  made.model = "pump";
  made.counter = counter;
  if (counter) made.key = std::to_string(*counter);
  made.received_ms = 1'700'000'000'000;
  made.measured_ms = measured_ms;
  return made;
}

TEST(DeviceState, ALowerCounterIsLate) {
  DeviceState state;
  EXPECT_TRUE(state.take(row(7), 0, 1));
  EXPECT_FALSE(state.take(row(6), 0, 2));
  EXPECT_EQ(state.latest, 1);
  EXPECT_EQ(state.last, 2);
  EXPECT_TRUE(state.take(row(8), 0, 3));
  EXPECT_TRUE(state.take(row(0), 1, 4)) << "of a later run";
  EXPECT_FALSE(state.take(row(9), 0, 5));
  EXPECT_TRUE(state.take(row({}), 0, 6)) << "without counter: by arrival";
}

TEST(DeviceState, CountersOfOtherModelsAndSessionsSayNothing) {
  DeviceState state;
  state.take(row(7), 0, 1);
  Row other = row(3);
  other.model = "fan";
  EXPECT_TRUE(state.take(other, 0, 2));
  other.session = "s";
  other.key = "s:2";
  other.counter = 2;
  EXPECT_TRUE(state.take(other, 0, 3));
}

TEST(DeviceState, TimesOfMeasurementDecideBeforeCounters) {
  DeviceState state;
  EXPECT_TRUE(state.take(row(7, 1000), 0, 1));
  EXPECT_FALSE(state.take(row(9, 999), 0, 2));
  EXPECT_TRUE(state.take(row(8, 1000), 0, 3)) << "equal times: by the counter";
  EXPECT_TRUE(state.take(row(1, 1001), 0, 4));
  EXPECT_TRUE(state.take(row(2), 0, 5)) << "one of them has none: by the counter";
}

TEST(DeviceState, AClockThatRunsWildDoesNotKeepItsValueForEver) {
  DeviceState state;
  const Row wild = row({}, std::int64_t{4'000'000'000'000});
  EXPECT_TRUE(state.take(wild, 0, 1));
  EXPECT_TRUE(state.take(row({}, 1'699'999'000'000), 0, 2));
}

TEST(DeviceState, KnowsTheCounterOfItsLatestMessage) {
  DeviceState state;
  state.take(row(7), 2, 1);
  EXPECT_EQ(state.with_latest(row(1), {}), (CounterState{.run = 2, .highest = 7}));
  EXPECT_EQ(state.with_latest(row(1), CounterState{.run = 2, .highest = 5})->highest, 7U);
  EXPECT_EQ(state.with_latest(row(1), CounterState{.run = 3, .highest = 5})->highest, 5U);
  Row other = row(1);
  other.model = "fan";
  EXPECT_EQ(state.with_latest(other, {}), std::nullopt);
}

}  // namespace
}  // namespace terse::serve::store
