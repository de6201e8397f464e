#include "terse/serve/store/sqlite_store.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include "serve/served_examples.h"
#include "terse/base/error.h"

namespace terse::serve::store {
namespace {

Row row(const std::string& device, std::optional<std::string> key, float prediction,
        std::vector<std::uint8_t> payload = {1, 0, 2}) {
  return {device,
          "pump",
          "v1",
          std::move(key),
          1'700'000'000'123,
          std::move(payload),
          prediction,
          "",
          R"({"rssi":-1})"};
}

TEST(SqliteStore, GivesBackWhatWasWritten) {
  const Folder folder;
  SqliteStore store(folder / "s.sqlite");
  store.write(std::vector{row("a", "1", 0.1F), row("b", {}, -2.5F, {})}, {});
  const auto rows = store.recent("", 10);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].device, "b");
  EXPECT_EQ(rows[0].key, std::nullopt);
  EXPECT_TRUE(rows[0].payload.empty());
  EXPECT_EQ(rows[1].prediction, 0.1F);
  EXPECT_EQ(rows[1].key, "1");
  EXPECT_EQ(rows[1].received_ms, 1'700'000'000'123);
  EXPECT_EQ(rows[1].payload, (std::vector<std::uint8_t>{1, 0, 2}));
  EXPECT_EQ(rows[1].radio, R"({"rssi":-1})");
  EXPECT_EQ(store.recent("a", 10).size(), 1U);
  EXPECT_EQ(store.recent("", 1).size(), 1U);
  EXPECT_TRUE(store.recent("c", 10).empty());
  const auto devices = store.devices({}).devices;
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[0].device, "b");
  EXPECT_EQ(devices[1].prediction, 0.1F);
  EXPECT_EQ(devices[1].model, "pump");
}

TEST(SqliteStore, EachDeviceHasItsOwnHistory) {
  const Folder folder;
  SqliteStore store(folder / "s.sqlite");
  for (int call = 0; call < 3; ++call) {
    std::vector<Row> rows;
    for (int i = 0; i < 4; ++i) {
      const int number = call * 4 + i;
      rows.push_back(row(number % 2 == 0 ? "even" : "odd", std::to_string(number),
                         static_cast<float>(number)));
    }
    store.write(rows, {});
    store.write(rows, {});
  }
  const auto even = store.recent("even", 10);
  ASSERT_EQ(even.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(even[i].device, "even");
    EXPECT_EQ(even[i].prediction, 10.0F - 2.0F * static_cast<float>(i));
  }
  EXPECT_EQ(store.recent("odd", 4).back().prediction, 5.0F);
}

TEST(SqliteStore, DuplicatesCountOnceAlsoInOneCall) {
  const Folder folder;
  SqliteStore store(folder / "s.sqlite");
  Row later = row("a", "1", 9.0F);
  later.version = "v2";
  const auto first = store.write(std::vector{row("a", "1", 0.5F), later, row("a", "2", 3.0F)}, {});
  EXPECT_EQ(first[0].kept, Kept::stored);
  EXPECT_EQ(first[1].kept, Kept::duplicate);
  EXPECT_EQ(first[1].prediction, 0.5F);
  EXPECT_EQ(first[1].version, "v1");
  EXPECT_EQ(first[2].kept, Kept::stored);
  const auto again = store.write(std::vector{later}, {});
  EXPECT_EQ(again[0].kept, Kept::duplicate);
  EXPECT_EQ(again[0].prediction, 0.5F);
  EXPECT_EQ(store.recent("a", 10).size(), 2U);
  const auto without_key = store.write(std::vector{row("a", {}, 1.0F), row("a", {}, 1.0F)}, {});
  EXPECT_EQ(without_key[1].kept, Kept::stored);
}

TEST(SqliteStore, OtherBytesUnderOneKeyAreAConflictInQuarantine) {
  const Folder folder;
  SqliteStore store(folder / "s.sqlite");
  store.write(std::vector{row("a", "1", 0.5F)}, {});
  const auto outcome = store.write(std::vector{row("a", "1", 0.7F, {9})}, {});
  EXPECT_EQ(outcome[0].kept, Kept::conflict);
  ASSERT_EQ(store.quarantine({}).size(), 1U);
  EXPECT_EQ(store.quarantine({})[0].payload, (std::vector<std::uint8_t>{9}));
  EXPECT_EQ(store.recent("a", 10).size(), 1U);
}

TEST(SqliteStore, KeepsRefusalsAndSurvivesReopening) {
  const Folder folder;
  {
    SqliteStore store(folder / "s.sqlite");
    store.write({}, std::vector<Refusal>{{"a", "x", 5, {7}, "no such model"}});
    store.write(std::vector{row("a", "1", 0.5F)}, {});
  }
  SqliteStore store(folder / "s.sqlite");
  ASSERT_EQ(store.quarantine({}).size(), 1U);
  EXPECT_EQ(store.quarantine({})[0].reason, "no such model");
  EXPECT_EQ(store.write(std::vector{row("a", "1", 0.5F)}, {})[0].kept, Kept::duplicate);
}

TEST(SqliteStore, ALockedDatabaseRefusesAndRecovers) {
  const Folder folder;
  const std::string path = folder / "s.sqlite";
  SqliteStore store(path);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_THROW(store.write(std::vector{row("a", "1", 0.5F)}, {}), base::JobError);
  EXPECT_TRUE(store.recent("", 10).empty());
  sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  EXPECT_EQ(store.write(std::vector{row("a", "1", 0.5F)}, {})[0].kept, Kept::stored);
}

TEST(SqliteStore, AFullDiskKeepsNothingOfTheCallAndRecovers) {
  const Folder folder;
  const std::string path = folder / "s.sqlite";
  SqliteStore store(path);
  store.write(std::vector{row("a", "1", 0.5F)}, {});
  std::vector<Row> large;
  for (int i = 0; i < 3; ++i) {
    large.push_back(row("b", std::to_string(i), 1.0F, std::vector<std::uint8_t>(1 << 20)));
  }
  struct rlimit before = {};
  getrlimit(RLIMIT_FSIZE, &before);
  const struct rlimit small = {1 << 20, before.rlim_max};
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  EXPECT_THROW(store.write(large, {}), base::JobError);
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(store.recent("", 10).size(), 1U);
  EXPECT_EQ(store.write(large, {})[2].kept, Kept::stored);
}

TEST(SqliteStore, ACheckTellsWhetherAMessageWouldBeTaken) {
  const Folder folder;
  SqliteStore store(folder / "s.sqlite");
  store.check();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open((folder / "s.sqlite").c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_THROW(store.check(), base::JobError);
  ASSERT_EQ(sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(other);
  store.check();
}

TEST(SqliteStore, NamesThePathThatCannotBeOpened) {
  const Folder folder;
  EXPECT_THROW(SqliteStore(folder / "nowhere/s.sqlite"), base::JobError);
}

}  // namespace
}  // namespace terse::serve::store
