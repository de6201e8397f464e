#include "terse/serve/store/sqlite_schema.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "serve/served_examples.h"
#include "serve/store/version_1.h"
#include "terse/base/error.h"
#include "terse/serve/store/sqlite_store.h"

namespace terse::serve::store {
namespace {

void make(const std::string& path, const char* sql) {
  std::ofstream(path).close();
  const Database database = open_database(path);
  execute(database.get(), sql);
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void expect_refused(const std::string& path, const std::string& problem) {
  const std::string before = bytes_of(path);
  try {
    const SqliteStore store(path);
    ADD_FAILURE() << "opened";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find(problem), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
  }
  EXPECT_EQ(bytes_of(path), before) << "it was written to";
}

TEST(SqliteSchema, OtherFilesAreRefusedAndLeftAsTheyAre) {
  const Folder folder;
  const std::string path = folder / "other";
  make(path + "1", "CREATE TABLE t (x); INSERT INTO t VALUES (1)");
  expect_refused(path + "1", "not a store of terse");
  make(path + "2", "PRAGMA application_id = 7");
  expect_refused(path + "2", "not a store of terse");
  make(path + "3", "CREATE TABLE messages (id INTEGER PRIMARY KEY, text TEXT)");
  expect_refused(path + "3", "not a store of terse");
  std::ofstream(path + "4") << std::string(5000, 'x');
  expect_refused(path + "4", "not a database");
  make(path + "5", sqlite_version_1);
  execute(open_database(path + "5").get(), "ALTER TABLE messages ADD COLUMN more");
  expect_refused(path + "5", "not a store of terse");
}

TEST(SqliteSchema, ALaterVersionIsRefusedAndLeftAsItIs) {
  const Folder folder;
  const std::string path = folder / "later";
  { const SqliteStore store(path); }
  execute(open_database(path).get(), "PRAGMA user_version = 4");
  expect_refused(path, "version 4; this program knows up to version 3");
}

TEST(SqliteSchema, AMigrationThatFailsLeavesTheOldStore) {
  const Folder folder;
  const std::string path = folder / "old";
  make(path, sqlite_version_1);
  // In the way of the new tables.
  execute(open_database(path).get(), "CREATE TABLE old_latest (x)");
  EXPECT_THROW(SqliteStore{path}, base::JobError);
  const Database database = open_database(path);
  EXPECT_EQ(number_of(database.get(),
                      "SELECT count(*) FROM messages JOIN latest "
                      "ON latest.message = messages.id"),
            3);
  execute(database.get(), "DROP TABLE old_latest");
  EXPECT_EQ(SqliteStore(path).recent("", 10).size(), 4U);
}

TEST(SqliteSchema, EmptyFilesBecomeStores) {
  const Folder folder;
  std::ofstream(folder / "empty").close();
  SqliteStore store(folder / "empty");
  store.check();
  EXPECT_EQ(number_of(open_database(folder / "empty").get(), "PRAGMA application_id"),
            sqlite_application_id);
}

}  // namespace
}  // namespace terse::serve::store
