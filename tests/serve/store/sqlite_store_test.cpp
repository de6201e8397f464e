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

TEST(SqliteStore, KeepsRefusalsAndSurvivesReopening) {
  const Folder folder;
  {
    SqliteStore store(folder / "s.sqlite");
    std::vector<Refusal> refusals = {{"a", "x", 5, {7}, "no such model"}};
    store.write({}, refusals);
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
