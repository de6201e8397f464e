// The bounds of what both stores keep and give, and the refusals they write by themselves.
#include "terse/serve/store/storable.h"

#include <map>

#include "serve/store/store_places.h"

namespace terse::serve::store {
namespace {

TEST_P(EachStore, TheOldestRefusalsMakeRoom) {
  const auto store = open({.quarantine_bytes = 1000});
  const auto refusal = [](std::size_t bytes) {
    return Refusal{"d", "m", 5, std::vector<std::uint8_t>(bytes), "long"};
  };
  std::vector<Refusal> some(4, refusal(194));
  store->write({}, some);
  EXPECT_EQ(store->quarantine({}).size(), 4U);
  EXPECT_EQ(store->refusals_dropped(), 0U);
  store->write({}, some);
  const auto left = store->quarantine({});
  ASSERT_EQ(left.size(), 5U);
  EXPECT_EQ(store->refusals_dropped(), 3U);
  EXPECT_GT(left[0].id, left[4].id);
  EXPECT_EQ(store->quarantine({.before_id = left[2].id}).size(), 2U);
  EXPECT_EQ(store->quarantine({.before_id = left[2].id})[0].id, left[3].id);
  EXPECT_EQ(store->quarantine({.payload_bytes_max = 400}).size(), 2U);
  EXPECT_EQ(store->quarantine({.payload_bytes_max = 1}).size(), 1U);
  std::vector<Refusal> huge = {refusal(5000)};
  store->write({}, huge);
  EXPECT_EQ(store->quarantine({}).size(), 1U) << "the newest is kept in any case";
}

TEST_P(EachStore, OneAnswerHoldsABoundedNumberOfBytes) {
  const auto store = open();
  std::vector<Row> rows;
  for (std::uint64_t i = 1; i <= 6; ++i) {
    rows.push_back(message("a", i));
    rows.back().radio = '"' + std::string(recent_bytes_max / 4, 'r') + '"';
  }
  store->write(rows, {});
  for (const char* device : {"", "a"}) {
    const std::vector<Row> found = store->recent(device, 6);
    ASSERT_EQ(found.size(), 3U) << device;
    EXPECT_EQ(found[0].key, "6");
    EXPECT_EQ(found[2].key, "4");
  }
  Row huge = message("a", 7);
  huge.radio.assign(recent_bytes_max + 1, 'r');
  store->write(std::vector{huge}, {});
  for (const char* device : {"", "a"}) EXPECT_EQ(store->recent(device, 6).size(), 1U) << device;
}

TEST_P(EachStore, RefusalsAndConflictsAreToldTheirIds) {
  const auto store = open();
  store->write(std::vector{message("a", 1), message("b", 1)}, {});
  Row conflict_a = message("a", 1);
  conflict_a.payload.push_back(7);
  Row conflict_b = message("b", 1);
  conflict_b.payload.push_back(8);
  std::vector<Refusal> refusals = {{"c", "m", 5, {1}, "long"}, {"d", "m", 5, {2}, "short"}};
  const auto outcomes =
      store->write(std::vector{conflict_a, message("a", 2), conflict_b}, refusals);
  EXPECT_EQ(outcomes[1].refusal_id, 0);
  std::map<std::int64_t, std::string> told = {{outcomes[0].refusal_id, "a"},
                                              {outcomes[2].refusal_id, "b"},
                                              {refusals[0].id, "c"},
                                              {refusals[1].id, "d"}};
  std::map<std::int64_t, std::string> kept;
  for (const Refusal& refusal : store->quarantine({})) kept[refusal.id] = refusal.device;
  EXPECT_EQ(kept.size(), 4U);
  EXPECT_EQ(told, kept);
}

INSTANTIATE_TEST_SUITE_P(Kinds, EachStore, testing::Values("sqlite", "postgres"),
                         [](const auto& given) { return given.param; });

}  // namespace
}  // namespace terse::serve::store
