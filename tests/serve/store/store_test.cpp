// The promises of store.h, kept by both stores.
#include "terse/serve/store/store.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <thread>

#include "serve/store/store_places.h"

namespace terse::serve::store {
namespace {

using Kind = CounterPolicy::Kind;

Kept keep(Store& store, const Row& row) {
  return store.write(std::vector{row}, {}).front().kept;
}

TEST_P(EachStore, GivesBackWhatWasWritten) {
  const auto store = open();
  Row row = message("a", 7, 0.1F);
  row.session = "s";
  row.key = "s:7";
  row.measured_ms = 1'699'999'999'999;
  row.label = "good";
  row.radio = R"({"rssi":-1})";
  Row plain = message("b'\\%\"{}", 0, -2.5F);
  plain.counter.reset();
  plain.key.reset();
  plain.payload.clear();
  store->write(std::vector{row, plain}, {});
  const std::vector<Row> rows = store->recent("", 10);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].device, plain.device);
  EXPECT_EQ(rows[0].key, std::nullopt);
  EXPECT_EQ(rows[0].counter, std::nullopt);
  EXPECT_EQ(rows[0].measured_ms, std::nullopt);
  EXPECT_TRUE(rows[0].payload.empty());
  const Row& read = rows[1];
  EXPECT_EQ(std::tie(read.device, read.model, read.version, read.key, read.received_ms,
                     read.payload, read.prediction, read.label, read.radio),
            std::tie(row.device, row.model, row.version, row.key, row.received_ms, row.payload,
                     row.prediction, row.label, row.radio));
  EXPECT_EQ(std::tie(read.counter, read.session, read.measured_ms, read.sender, read.run),
            std::tie(row.counter, row.session, row.measured_ms, row.sender, row.run));
  EXPECT_EQ(store->recent("a", 10).size(), 1U);
  EXPECT_EQ(store->recent("", 1).size(), 1U);
  EXPECT_TRUE(store->recent("c", 10).empty());
  EXPECT_FALSE(store->latest("c"));
}

TEST_P(EachStore, EachDeviceHasItsOwnHistory) {
  const auto store = open();
  for (std::uint64_t call = 0; call < 3; ++call) {
    std::vector<Row> rows;
    for (std::uint64_t i = call * 4; i < call * 4 + 4; ++i) {
      rows.push_back(message(i % 2 == 0 ? "even" : "odd", i, static_cast<float>(i)));
    }
    store->write(rows, {});
    EXPECT_EQ(store->write(rows, {}).back().kept, Kept::duplicate);
  }
  const auto even = store->recent("even", 10);
  ASSERT_EQ(even.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(even[i].device, "even");
    EXPECT_EQ(even[i].prediction, 10.0F - 2.0F * static_cast<float>(i));
  }
  ASSERT_EQ(store->recent("odd", 4).size(), 4U);
  EXPECT_EQ(store->recent("odd", 4).back().prediction, 5.0F);
  std::vector<float> visited;
  store->for_each([&](const Row& row) { visited.push_back(row.prediction); });
  EXPECT_EQ(visited, (std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
}

TEST_P(EachStore, DuplicatesCountOnceAlsoInOneCall) {
  const auto store = open();
  Row later = message("a", 1, 9.0F);
  later.version = "v2";
  later.payload = message("a", 1).payload;
  const auto first = store->write(std::vector{message("a", 1), later, message("a", 2)}, {});
  EXPECT_EQ(first[0].kept, Kept::stored);
  EXPECT_EQ(first[1].kept, Kept::duplicate);
  EXPECT_EQ(first[1].prediction, 1.0F);
  EXPECT_EQ(first[1].version, "v1");
  EXPECT_EQ(first[2].kept, Kept::stored);
  const auto again = store->write(std::vector{later}, {});
  EXPECT_EQ(again[0].kept, Kept::duplicate);
  EXPECT_EQ(again[0].prediction, 1.0F);
  Row other = message("a", 1);
  other.payload = {9};
  EXPECT_EQ(keep(*store, other), Kept::conflict);
  ASSERT_EQ(store->quarantine({}).size(), 1U);
  EXPECT_EQ(store->quarantine({})[0].payload, other.payload);
  EXPECT_EQ(store->recent("a", 10).size(), 2U);
}

TEST_P(EachStore, ADeviceThatSaysSoBeginsAnew) {
  const auto store = open();
  const auto session = [](std::uint64_t counter, float prediction, bool restarted) {
    Row row = message("a", counter, prediction, Kind::session);
    row.restarted = restarted;
    return row;
  };
  store->write(std::vector{session(0, 1, false), session(1, 2, false), session(500, 3, false)}, {});
  EXPECT_EQ(keep(*store, session(0, 4, false)), Kept::conflict);
  EXPECT_EQ(keep(*store, session(0, 4, true)), Kept::stored);
  EXPECT_EQ(keep(*store, session(0, 4, true)), Kept::duplicate) << "the restart, sent again";
  EXPECT_EQ(store->latest("a")->prediction, 4.0F);
  EXPECT_EQ(store->latest("a")->run, 1);
  EXPECT_EQ(keep(*store, session(1, 5, false)), Kept::stored);
  EXPECT_EQ(keep(*store, session(0, 4, true)), Kept::duplicate) << "also later";
  const auto once =
      store->write(std::vector{session(0, 6, true), session(0, 6, true), session(1, 7, false)}, {});
  EXPECT_EQ(once[0].kept, Kept::stored);
  EXPECT_EQ(once[1].kept, Kept::duplicate);
  EXPECT_EQ(once[2].kept, Kept::stored);
  EXPECT_EQ(store->latest("a")->run, 2);
  EXPECT_EQ(store->recent("a", 100).size(), 7U);
  // From now on it counts once for ever again, in the run that it has come to.
  EXPECT_EQ(keep(*store, message("a", 1, 7)), Kept::duplicate);
  EXPECT_EQ(keep(*store, message("a", 2, 8)), Kept::stored);
  EXPECT_EQ(store->latest("a")->prediction, 8.0F);
}

TEST_P(EachStore, ACounterThatFallsFarBeginsAnewInAWindow) {
  const auto store = open();
  const auto window = [](std::uint64_t counter, float prediction) {
    return message("a", counter, prediction, Kind::window);
  };
  // What was stored without runs counts too.
  store->write(std::vector{message("a", 0, 1), message("a", 1, 2), message("a", 1000, 3)}, {});
  EXPECT_EQ(keep(*store, window(950, 4)), Kept::stored) << "late";
  EXPECT_EQ(store->latest("a")->prediction, 3.0F);
  EXPECT_EQ(keep(*store, window(1000, 3)), Kept::duplicate);
  EXPECT_EQ(keep(*store, window(1000, 4)), Kept::conflict);
  EXPECT_EQ(keep(*store, window(0, 5)), Kept::stored) << "a new battery";
  EXPECT_EQ(keep(*store, window(0, 5)), Kept::duplicate);
  EXPECT_EQ(store->latest("a")->prediction, 5.0F);
  EXPECT_EQ(keep(*store, window(999, 6)), Kept::stored) << "of the run before";
  EXPECT_EQ(keep(*store, window(1000, 3)), Kept::duplicate) << "of the run before, again";
  EXPECT_EQ(keep(*store, window(1, 7)), Kept::stored);
  EXPECT_EQ(store->latest("a")->prediction, 7.0F);
}

TEST_P(EachStore, WhatComesLateIsStoredOnceAndIsNotTheLatest) {
  const auto store = open();
  EXPECT_FALSE(store->write(std::vector{message("a", 7, 7)}, {})[0].late);
  EXPECT_TRUE(store->write(std::vector{message("a", 6, 6)}, {})[0].late);
  EXPECT_EQ(keep(*store, message("a", 6, 6)), Kept::duplicate);
  EXPECT_EQ(store->latest("a")->prediction, 7.0F);
  EXPECT_EQ(store->devices({}).devices[0].prediction, 7.0F);
  EXPECT_EQ(store->recent("a", 1)[0].prediction, 6.0F) << "the last that arrived";
  Row measured = message("a", 8, 8);
  measured.measured_ms = 1'700'000'000'000;
  Row before = message("a", 9, 9);
  before.measured_ms = 1'600'000'000'000;
  store->write(std::vector{measured, before}, {});
  EXPECT_EQ(store->latest("a")->prediction, 8.0F);
  EXPECT_EQ(store->devices({}).devices[0].measured_ms, measured.measured_ms);
}

TEST_P(EachStore, DevicesAreFoundSortedAndPaged) {
  const auto store = open();
  std::vector<Row> rows;
  for (std::uint64_t i = 0; i < 20; ++i) {
    Row row = message(fmt::format("d{:02}", i), i, static_cast<float>((i * 7) % 20));
    row.model = i % 2 == 0 ? "even" : "odd";
    rows.push_back(row);
  }
  store->write(rows, {});
  const auto names = [&](const DeviceQuery& query) {
    const DeviceList list = store->devices(query);
    std::string text = std::to_string(list.found);
    for (const DeviceSummary& each : list.devices) text += " " + each.device;
    return text;
  };
  using Order = DeviceQuery::Order;
  EXPECT_EQ(names({.devices_max = 3}), "20 d19 d18 d17");
  EXPECT_EQ(names({.order = Order::device, .descending = false, .skipped = 2, .devices_max = 2}),
            "20 d02 d03");
  EXPECT_EQ(names({.order = Order::model, .descending = true, .devices_max = 2}), "20 d01 d03");
  EXPECT_EQ(names({.order = Order::prediction, .devices_max = 2}), "20 d17 d14");
  EXPECT_EQ(names({.search = "d1", .order = Order::device, .devices_max = 1}), "10 d19");
  EXPECT_EQ(names({.search = "%"}), "0");
  EXPECT_EQ(names({.model = "odd", .devices_max = 0}), "10");
  EXPECT_EQ(names({.search = "d1", .model = "odd", .order = Order::device, .devices_max = 2}),
            "5 d19 d17");
  EXPECT_EQ(names({.model = "od"}), "0");
  EXPECT_EQ(names({.search = "D1"}), "0");
  EXPECT_EQ(names({.descending = false, .devices_max = 0}), "20");
}

TEST_P(EachStore, RemembersWhoHasProvenToBeADevice) {
  const auto store = open();
  const auto bring = [&](const std::string& device, std::uint64_t counter, const std::string& who) {
    Row row = message(device, counter);
    row.sender = who;
    store->write(std::vector<Row>{row}, {});
  };
  bring("own", 1, "none 192.0.2.7:1");
  bring("own", 2, "device own");
  bring("open", 1, "token gate");
  bring("other", 1, "device own");
  bring("given up", 1, "device given up");
  bring("given up", 2, "broker 192.0.2.7:1883");
  EXPECT_EQ(store->proven_devices(), std::vector<std::string>{"own"});
}

TEST_P(EachStore, ADeviceIsSilentSinceItsLastMessageArrived) {
  const auto store = open();
  Row late = message("b", 1);
  late.received_ms += 1000;
  store->write(std::vector{message("a", 2), message("b", 2), late}, {});
  const DeviceList list = store->devices({.silent_since_ms = late.received_ms});
  ASSERT_EQ(list.devices.size(), 1U);
  EXPECT_EQ(list.devices[0].device, "a");
  EXPECT_EQ(list.found, 1U);
}

TEST_P(EachStore, WhatNoStoreCanKeepIsToldApart) {
  const auto store = open();
  for (const float wild : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
    Row row = message("a", 1);
    row.prediction = wild;
    EXPECT_THROW(store->write(std::vector{message("a", 2), row}, {}), DataError);
  }
  EXPECT_TRUE(store->recent("", 10).empty());
  EXPECT_EQ(keep(*store, message("a", 2)), Kept::stored);
  EXPECT_EQ(store->latest("a")->prediction, 1.0F);
}

TEST_P(EachStore, ForgetsByTimeOfReceipt) {
  const auto store = open();
  constexpr std::int64_t start = 1'700'000'000'000;
  constexpr std::int64_t hour = 3'600'000;
  std::vector<Row> rows;
  const auto add = [&](const std::string& device, std::uint64_t counter, std::int64_t hours) {
    rows.push_back(message(device, counter, static_cast<float>(counter), Kind::session));
    rows.back().received_ms = start + hours * hour;
  };
  add("gone", 1, 0);
  add("stays", 9, 1);
  add("future", 2, 1'000'000);
  add("stays", 3, 2);
  add("back", 4, -1000);
  add("stays", 5, 30);
  store->write(rows, {});
  EXPECT_EQ(store->forget(start, 100), 0U);
  // What the future and the past of a wrong clock say is not believed: neither is in the way, and
  // neither goes before its time.
  EXPECT_EQ(store->forget(start + 3 * hour, 3), 3U);
  EXPECT_EQ(store->forget(start + 3 * hour, 3), 1U);
  EXPECT_EQ(store->forget(start + 3 * hour, 3), 0U);
  const auto left = store->recent("", 10);
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left[1].device, "back");
  EXPECT_EQ(store->devices({}).found, 2U);
  EXPECT_FALSE(store->latest("gone"));
  ASSERT_EQ(store->recent("stays", 10).size(), 1U) << "the history ends where it was forgotten";
  EXPECT_EQ(store->latest("stays")->counter, 5U) << "its latest message, of counter 9, is gone";
  EXPECT_EQ(keep(*store, rows[5]), Kept::duplicate);
  EXPECT_EQ(keep(*store, rows[0]), Kept::stored) << "a key that was forgotten is a new one";
  EXPECT_EQ(store->recent("gone", 10).size(), 1U);
}

TEST_P(EachStore, AStoreOfVersion1IsBroughtToThisOne) {
  place->execute(place->version_1());
  for (int time = 0; time < 2; ++time) {
    const auto store = open();
    ASSERT_EQ(store->recent("", 10).size(), 4U);
    const auto history = store->recent("a", 10);
    ASSERT_EQ(history.size(), 2U);
    EXPECT_EQ(history[0].key, "42");
    EXPECT_EQ(history[1].payload, (std::vector<std::uint8_t>{1, 2}));
    EXPECT_EQ(store->latest("c")->label, "good");
    EXPECT_EQ(store->latest("b")->radio, "{}");
    EXPECT_EQ(store->devices({}).found, 3U);
    const auto refusals = store->quarantine({});
    ASSERT_EQ(refusals.size(), 2U);
    EXPECT_EQ(refusals[1].payload, (std::vector<std::uint8_t>{7, 8, 9}));
  }
  const auto store = open({.quarantine_bytes = 47});
  Row again = message("a", 42, 3.5F);
  again.payload = {4, 5};
  EXPECT_EQ(keep(*store, again), Kept::duplicate);
  Row in_session = message("b", 5, 0.0F, Kind::window);
  in_session.session = "s:1";
  in_session.key = "s:1:5";
  EXPECT_TRUE(store->write(std::vector{in_session}, {})[0].late) << "b had come to 7";
  // Counters were remembered as text alone.
  EXPECT_TRUE(store->write(std::vector{message("a", 40, 9, Kind::window)}, {})[0].late);
  EXPECT_EQ(keep(*store, message("a", 43, 9)), Kept::stored);
  std::vector<Refusal> again_refused = {{"a", "x", 1, std::vector<std::uint8_t>(40), "again"}};
  store->write({}, again_refused);
  EXPECT_EQ(store->quarantine({}).size(), 1U) << "their bytes were counted too";
}

TEST_P(EachStore, AStoreOfVersion2IsBroughtToThisOne) {
  place->execute(place->version_2());
  for (int time = 0; time < 2; ++time) {
    const auto store = open();
    EXPECT_EQ(store->recent("a", 10).at(1).payload, (std::vector<std::uint8_t>{1, 2}));
    EXPECT_EQ(store->latest("c")->prediction, 1.0F);
    Row again = message("a", 42, 3.5F);
    again.payload = {4, 5};
    EXPECT_EQ(keep(*store, again), Kept::duplicate);
    again.payload = {4, 6};
    EXPECT_EQ(keep(*store, again), Kept::conflict);
  }
  const auto store = open();
  Row without_key = message("c", 0, 2);
  without_key.key.reset();
  without_key.counter.reset();
  EXPECT_EQ(keep(*store, without_key), Kept::stored);
  EXPECT_EQ(keep(*store, without_key), Kept::stored) << "nothing says that it is the same";
  EXPECT_EQ(store->recent("c", 10).size(), 3U);
  EXPECT_EQ(keep(*store, message("a", 43)), Kept::stored);
  EXPECT_EQ(keep(*store, message("a", 43)), Kept::duplicate);
}

TEST_P(EachStore, AStoreOfALaterVersionIsLeftAlone) {
  open();
  place->execute(GetParam() == "sqlite" ? "PRAGMA user_version = 99"
                                        : "UPDATE terse_store SET version = 99");
  try {
    open();
    FAIL();
  } catch (const base::InputError& error) {
    EXPECT_NE(std::string(error.what()).find("version 99"), std::string::npos) << error.what();
  }
}

TEST_P(EachStore, TablesOfAnotherProgramAreLeftAlone) {
  place->execute("CREATE TABLE messages (id integer PRIMARY KEY, text text)");
  EXPECT_THROW(open(), base::InputError);
  place->execute("INSERT INTO messages VALUES (1, 'as before')");
}

/// Servers of one database, or threads of one: each message comes to two of them.
TEST_P(EachStore, EachMessageIsStoredOnceWhoeverBringsIt) {
  const auto one = open();
  const auto two = GetParam() == "sqlite" ? nullptr : open();
  std::vector<std::vector<Outcome>> outcomes(4);
  const auto bring = [&](std::size_t who) {
    Store& store = who % 2 == 0 || two == nullptr ? *one : *two;
    for (std::uint64_t call = 0; call < 20; ++call) {
      std::vector<Row> rows;
      for (std::uint64_t i = 0; i < 30; ++i) {
        rows.push_back(message(fmt::format("d{}", i % 7 + call), call * 30 + i, 1, Kind::session));
      }
      if (who >= 2) std::reverse(rows.begin(), rows.end());
      auto some = store.write(rows, {});
      if (who >= 2) std::reverse(some.begin(), some.end());
      outcomes[who].insert(outcomes[who].end(), some.begin(), some.end());
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t who = 0; who < 4; ++who) threads.emplace_back(bring, who);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(one->recent("", 10'000).size(), 600U);
  for (std::size_t i = 0; i < 600; ++i) {
    int stored = 0;
    for (const auto& each : outcomes) stored += each[i].kept == Kept::stored ? 1 : 0;
    EXPECT_EQ(stored, 1) << i;
  }
  std::size_t in_histories = 0;
  for (const DeviceSummary& each : one->devices({}).devices) {
    in_histories += one->recent(each.device, 1000).size();
  }
  EXPECT_EQ(in_histories, 600U);
}

INSTANTIATE_TEST_SUITE_P(Kinds, EachStore, testing::Values("sqlite", "postgres"),
                         [](const auto& given) { return given.param; });

}  // namespace
}  // namespace terse::serve::store
