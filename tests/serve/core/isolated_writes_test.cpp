#include "terse/serve/core/isolated_writes.h"

#include <gtest/gtest.h>

#include <map>

#include "terse/base/error.h"

namespace terse::serve::core {
namespace {

/// Keeps what it can: rows of device "bad" and refusals of device "bad" are at fault; fails in
/// passing from the call `fails_from` on.
class PickyStore : public store::Store {
 public:
  std::vector<store::Outcome> write(std::span<const store::Row> rows,
                                    std::span<store::Refusal> refusals) override {
    if (calls++ >= fails_from) throw base::JobError("disk full");
    for (const auto& row : rows) {
      if (row.device == "bad") throw store::DataError("a row");
    }
    for (const auto& refusal : refusals) {
      if (refusal.device == "bad") throw store::DataError("a refusal");
    }
    std::vector<store::Outcome> outcomes;
    for (const auto& row : rows) {
      kept.push_back(row.key.value());
      outcomes.push_back({store::Kept::stored, row.version, row.prediction});
    }
    refused += refusals.size();
    return outcomes;
  }
  std::vector<store::Row> recent(const std::string&, std::size_t) override { return {}; }
  std::optional<store::Row> latest(const std::string&) override { return std::nullopt; }
  void check() override {}
  store::DeviceList devices(const store::DeviceQuery&) override { return {}; }
  std::vector<std::string> proven_devices() override { return {}; }
  std::vector<store::Refusal> quarantine(const store::QuarantineQuery&) override { return {}; }
  std::uint64_t refusals_dropped() const override { return 0; }
  void for_each(const std::function<void(const store::Row&)>&) override {}
  std::size_t forget(std::int64_t, std::size_t) override { return 0; }

  std::vector<std::string> kept;
  std::size_t refused = 0;
  int calls = 0;
  int fails_from = 1'000'000;
};

std::vector<store::Row> rows_with_bad(std::size_t count, std::size_t every) {
  std::vector<store::Row> rows(count);
  for (std::size_t i = 0; i < count; ++i) {
    rows[i].device = i % every == every - 1 ? "bad" : "good";
    rows[i].key = std::to_string(i);
  }
  return rows;
}

TEST(IsolatedWrites, EachRowAtFaultStandsAlone) {
  for (const std::size_t every : {1U, 2U, 7U, 64U, 1000U}) {
    PickyStore store;
    const auto rows = rows_with_bad(64, every);
    std::vector<store::Refusal> refusals(3);
    refusals[1].device = "bad";
    std::map<std::size_t, bool> settled;
    int dropped = 0;
    write_isolated(
        store, rows, refusals,
        [&](std::size_t row, const store::Outcome* outcome, const std::string&) {
          EXPECT_TRUE(settled.emplace(row, outcome != nullptr).second) << "settled twice: " << row;
        },
        [&](const std::string&) { ++dropped; });
    ASSERT_EQ(settled.size(), 64U);
    for (std::size_t i = 0; i < 64; ++i) EXPECT_EQ(settled[i], rows[i].device == "good") << i;
    EXPECT_EQ(store.refused, 2U);
    EXPECT_EQ(dropped, 1);
  }
}

TEST(IsolatedWrites, AllAtOnceWhenNothingIsAtFault) {
  PickyStore store;
  std::vector<store::Refusal> refusals(2);
  write_isolated(
      store, rows_with_bad(64, 1000), refusals,
      [](std::size_t, const store::Outcome*, const std::string&) {}, [](const std::string&) {});
  EXPECT_EQ(store.calls, 1);
}

TEST(IsolatedWrites, APassingFailureStaysOneAndWhatWasSettledIsKept) {
  PickyStore store;
  store.fails_from = 4;
  std::vector<std::string> settled;
  const auto rows = rows_with_bad(64, 40);
  EXPECT_THROW(write_isolated(
                   store, rows, {},
                   [&](std::size_t row, const store::Outcome* outcome, const std::string&) {
                     if (outcome != nullptr) settled.push_back(*rows[row].key);
                   },
                   [](const std::string&) {}),
               base::JobError);
  EXPECT_FALSE(settled.empty());
  EXPECT_EQ(settled, store.kept);
}

}  // namespace
}  // namespace terse::serve::core
