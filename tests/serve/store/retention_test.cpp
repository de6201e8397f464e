#include "terse/serve/store/retention.h"

#include <gtest/gtest.h>

#include <thread>

#include "serve/served_examples.h"
#include "terse/serve/store/sqlite_store.h"

namespace terse::serve::store {
namespace {

TEST(Retention, ForgetsWhatIsTooOldAndKeepsTheRest) {
  const Folder folder;
  SqliteStore store(folder / "s.sqlite");
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  std::vector<Row> rows;
  for (int i = 0; i < 5000; ++i) {
    // Hours ago: 50, 49.99, ... 0.01.
    const std::int64_t received = now - static_cast<std::int64_t>(36'000) * (5000 - i);
    rows.push_back(
        {i < 10 ? "silent" : "busy", "pump", "v", std::to_string(i), received, {1}, 2.0F, "", ""});
  }
  store.write(rows, {});
  {
    const Retention retention(store, std::chrono::hours(10));
    for (int wait = 0; wait < 500 && store.recent("", 10'000).size() > 1001; ++wait) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  const auto left = store.recent("", 10'000);
  EXPECT_NEAR(static_cast<double>(left.size()), 1000, 1);
  EXPECT_GT(left.back().received_ms, now - std::int64_t{10} * 3'600'000 - 1);
  // The history of a device ends where it was forgotten; a device without messages is not listed.
  EXPECT_EQ(store.recent("busy", 10'000).size(), left.size());
  EXPECT_TRUE(store.recent("silent", 10).empty());
  EXPECT_EQ(store.devices({}).devices.size(), 1U);
  std::size_t visited = 0;
  store.for_each([&](const Row& row) { visited += row.device == "busy" ? 1 : 0; });
  EXPECT_EQ(visited, left.size());
}

}  // namespace
}  // namespace terse::serve::store
