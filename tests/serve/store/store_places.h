// A place for each kind of store, for tests that hold for both.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <string>

#include "serve/served_examples.h"
#include "serve/store/postgres_server.h"
#include "serve/store/version_1.h"
#include "serve/store/version_2.h"
#include "terse/serve/store/open_store.h"

namespace terse::serve::store {

/// Empty at first.
class StorePlace {
 public:
  virtual ~StorePlace() = default;
  virtual std::string name() const = 0;
  virtual void execute(const std::string& sql) = 0;
  virtual const char* version_1() const = 0;
  virtual const char* version_2() const = 0;
};

class SqlitePlace : public StorePlace {
 public:
  std::string name() const override { return folder_ / "s.sqlite"; }
  void execute(const std::string& sql) override {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(name().c_str(), &database), SQLITE_OK);
    char* problem = nullptr;
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &problem), SQLITE_OK)
        << problem;
    sqlite3_free(problem);
    sqlite3_close(database);
  }
  const char* version_1() const override { return sqlite_version_1; }
  const char* version_2() const override { return sqlite_version_2; }

 private:
  Folder folder_;
};

class PostgresPlace : public StorePlace {
 public:
  std::string name() const override { return server_.url(); }
  void execute(const std::string& sql) override { server_.ask(sql); }
  const char* version_1() const override { return postgres_version_1; }
  const char* version_2() const override { return postgres_version_2; }

 private:
  PostgresServer server_;
};

/// With "sqlite" and "postgres".
class EachStore : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "sqlite") {
      place = std::make_unique<SqlitePlace>();
    } else {
      place = std::make_unique<PostgresPlace>();
    }
  }
  std::unique_ptr<Store> open(const StoreOptions& options = {}) {
    return open_store(place->name(), options);
  }

  std::unique_ptr<StorePlace> place;
};

/// A message of the model "pump" whose key is its counter.
inline Row message(const std::string& device, std::uint64_t counter, float prediction = 1.0F,
                   CounterPolicy::Kind kind = CounterPolicy::Kind::strict) {
  Row row;
  row.device = device;
  row.model = "pump";
  row.version = "v1";
  row.counter = counter;
  row.key = std::to_string(counter);
  row.received_ms = 1'700'000'000'000 + static_cast<std::int64_t>(counter);
  row.payload = {static_cast<std::uint8_t>(prediction)};
  row.prediction = prediction;
  row.policy = {kind, 100};
  row.sender = "none 127.0.0.1";
  return row;
}

}  // namespace terse::serve::store
