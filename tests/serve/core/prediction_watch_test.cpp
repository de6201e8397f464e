#include "terse/serve/core/prediction_watch.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <array>
#include <memory>

namespace terse::serve::core {
namespace {

store::Row row(const std::string& device, const std::string& model, float prediction) {
  store::Row made;
  made.device = device;
  made.model = model;
  made.prediction = prediction;
  return made;
}

class PredictionWatchTest : public ::testing::Test {
 protected:
  void put(const std::vector<store::Row>& rows) {
    std::vector<const store::Row*> each;
    for (const store::Row& one : rows) each.push_back(&one);
    watch.put(each);
  }
  /// How often it was written since.
  eventfd_t woken() const {
    eventfd_t count = 0;
    return eventfd_read(wakeup->descriptor(), &count) == 0 ? count : 0;
  }
  std::shared_ptr<Wakeup> wakeup = std::make_shared<Wakeup>();
  PredictionWatch watch{wakeup};
};

TEST_F(PredictionWatchTest, KeepsTheNewestStateOfWhatIsWatched) {
  watch.watch("d/a");
  watch.watch("m/pump");
  put({row("a", "pump", 1), row("b", "pump", 2), row("a", "other", 3), row("b", "other", 4)});
  put({row("b", "pump", 5)});
  EXPECT_EQ(woken(), 1U);
  const auto changed = watch.take();
  ASSERT_EQ(changed.size(), 2U);
  EXPECT_EQ(changed.at("d/a")->prediction, 3.0F);
  EXPECT_EQ(changed.at("m/pump")->prediction, 5.0F);
  EXPECT_EQ(changed.at("m/pump")->device, "b");
  EXPECT_TRUE(watch.take().empty());
}

TEST_F(PredictionWatchTest, WhatIsNotWatchedWakesNobody) {
  put({row("a", "pump", 1)});
  EXPECT_EQ(woken(), 0U);
  EXPECT_TRUE(watch.take().empty());
  EXPECT_EQ(watch.latest_of_model("pump")->prediction, 1.0F);
  EXPECT_EQ(watch.latest_of_model("other"), nullptr);
  watch.watch("d/a");
  put({row("a", "pump", 2)});
  watch.forget("d/a");
  EXPECT_TRUE(watch.take().empty());
}

TEST_F(PredictionWatchTest, WakesAsLongAsItLives) {
  const std::weak_ptr<Wakeup> held = wakeup;
  wakeup.reset();
  ASSERT_FALSE(held.expired()) << "a put() must not write to what is gone";
  watch.watch("d/a");
  put({row("a", "pump", 1)});
  wakeup = held.lock();
  EXPECT_EQ(woken(), 1U);
}

TEST(PredictionWatches, TellsThoseThatAreAlive) {
  PredictionWatches watches;
  EXPECT_TRUE(watches.empty());
  const auto alive = std::make_shared<PredictionWatch>(std::make_shared<Wakeup>());
  watches.add(std::make_shared<PredictionWatch>(std::make_shared<Wakeup>()));
  watches.add(alive);
  EXPECT_FALSE(watches.empty());
  const store::Row stored = row("a", "pump", 1);
  const store::Row* const rows[] = {&stored};
  watches.put(rows);
  EXPECT_EQ(alive->latest_of_model("pump")->prediction, 1.0F);
}

}  // namespace
}  // namespace terse::serve::core
