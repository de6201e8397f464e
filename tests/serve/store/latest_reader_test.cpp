#include "terse/serve/store/latest_reader.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "serve/served_examples.h"
#include "terse/base/error.h"
#include "terse/serve/store/sqlite_store.h"

namespace terse::serve::store {
namespace {

using Found = std::pair<std::shared_ptr<const Row>, std::string>;

std::future<Found> ask(LatestReader& reader, const std::string& device) {
  const auto promise = std::make_shared<std::promise<Found>>();
  EXPECT_TRUE(reader.ask(device, [promise](std::shared_ptr<const Row> row, const std::string& why) {
    promise->set_value({std::move(row), why});
  }));
  return promise->get_future();
}

TEST(LatestReader, FindsTheLastMessageOfADevice) {
  const Folder folder;
  SqliteStore store(folder / "store.sqlite");
  std::vector<Row> rows(3);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].device = i == 2 ? "other" : "pump-7";
    rows[i].model = "pump";
    rows[i].prediction = static_cast<float>(i);
  }
  store.write(rows, {});
  LatestReader reader(store);
  const Found found = ask(reader, "pump-7").get();
  ASSERT_NE(found.first, nullptr);
  EXPECT_EQ(found.first->prediction, 1.0F);
  EXPECT_EQ(found.second, "");
  EXPECT_EQ(ask(reader, "nobody").get(), Found(nullptr, ""));
}

/// Waits for the gate, then refuses.
class SlowStore : public Store {
 public:
  std::vector<Outcome> write(std::span<const Row>, std::span<Refusal>) override { return {}; }
  std::vector<Row> recent(const std::string&, std::size_t) override { return {}; }
  std::optional<Row> latest(const std::string&) override {
    ++asked;
    gate.wait();
    throw base::JobError("the disk is gone");
  }
  void check() override {}
  DeviceList devices(const DeviceQuery&) override { return {}; }
  std::vector<std::string> proven_devices() override { return {}; }
  std::vector<Refusal> quarantine(const QuarantineQuery&) override { return {}; }
  std::uint64_t refusals_dropped() const override { return 0; }
  void for_each(const std::function<void(const Row&)>&) override {}
  std::size_t forget(std::int64_t, std::size_t) override { return 0; }

  std::atomic<int> asked{0};
  std::promise<void> opening;
  std::shared_future<void> gate = opening.get_future().share();
};

TEST(LatestReader, SaysWhyTheStoreRefusesAndTakesNoMoreThanItMay) {
  SlowStore store;
  LatestReader reader(store, 2);
  auto first = ask(reader, "a");
  while (store.asked == 0) std::this_thread::yield();
  auto second = ask(reader, "b");
  auto third = ask(reader, "c");
  EXPECT_FALSE(reader.ask("d", [](const auto&, const auto&) { FAIL(); }));
  store.opening.set_value();
  EXPECT_EQ(first.get().second, "the disk is gone");
  EXPECT_EQ(third.get().second, "the disk is gone");
}

}  // namespace
}  // namespace terse::serve::store
