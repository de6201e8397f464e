#include "terse/serve/core/uplink_queue.h"

#include <gtest/gtest.h>

#include <thread>

namespace terse::serve::core {
namespace {

using namespace std::chrono_literals;

bool add(UplinkQueue& queue, std::size_t lane, const std::string& device) {
  Waiting waiting;
  waiting.uplink.device = device;
  return queue.add(lane, waiting);
}

TEST(UplinkQueue, EachLaneHasItsOwnInTheOrderOfArrival) {
  UplinkQueue queue(2, 100, 100);
  for (const char* device : {"a", "b", "c"}) EXPECT_TRUE(add(queue, 0, device));
  EXPECT_TRUE(add(queue, 1, "d"));
  EXPECT_EQ(queue.size(), 4U);
  const auto some = queue.take(0, 2, {});
  ASSERT_EQ(some.size(), 2U);
  EXPECT_EQ(some[0].uplink.device, "a");
  EXPECT_EQ(some[1].uplink.device, "b");
  EXPECT_EQ(queue.take(1, 100, {}).size(), 1U);
  EXPECT_EQ(queue.take(0, 100, {}).size(), 1U);
  EXPECT_TRUE(queue.take(0, 100, 1ms).empty());
}

TEST(UplinkQueue, LimitsAreThoseOfAllLanes) {
  UplinkQueue queue(2, 3, 2);
  EXPECT_TRUE(add(queue, 0, "a"));
  EXPECT_TRUE(add(queue, 0, "a"));
  EXPECT_FALSE(add(queue, 0, "a")) << "too many of one device";
  EXPECT_TRUE(add(queue, 1, "b"));
  EXPECT_FALSE(add(queue, 1, "c")) << "too many in all";
  queue.take(0, 1, {});
  EXPECT_TRUE(add(queue, 0, "a"));
}

TEST(UplinkQueue, SeveralAtOnceAsFarAsTheyFit) {
  UplinkQueue queue(2, 3, 2);
  std::vector<Waiting> several(5);
  const std::vector<std::size_t> lanes{0, 0, 0, 1, 1};
  for (std::size_t i = 0; i < 5; ++i) several[i].uplink.device = i < 3 ? "a" : "b";
  EXPECT_EQ(queue.add_all(lanes, several), (std::vector<std::size_t>{2, 4}));
  EXPECT_EQ(several[2].uplink.device, "a");
  EXPECT_EQ(queue.take(0, 100, {}).size(), 2U);
  EXPECT_EQ(queue.take(1, 100, {}).size(), 1U);
}

TEST(UplinkQueue, AWorkerCanWaitForMoreThanOne) {
  UplinkQueue queue(2, 100, 100);
  EXPECT_TRUE(add(queue, 0, "a"));
  std::thread peers([&] {
    for (const char* device : {"b", "c"}) EXPECT_TRUE(add(queue, 0, device));
    EXPECT_TRUE(add(queue, 1, "of another lane"));
  });
  EXPECT_EQ(queue.take(0, 100, {}, {3, 1min}).size(), 3U);
  peers.join();
  EXPECT_EQ(queue.size(0), 0U);
  EXPECT_EQ(queue.size(1), 1U);
  EXPECT_EQ(queue.take(1, 100, {}, {3, 1ms}).size(), 1U) << "the others did not come";
  for (const char* device : {"a", "b"}) EXPECT_TRUE(add(queue, 0, device));
  EXPECT_EQ(queue.take(0, 2, {}, {3, 1min}).size(), 2U) << "more than fit are not waited for";
  EXPECT_TRUE(add(queue, 0, "a"));
  std::thread stopping([&] { queue.stop(); });
  EXPECT_EQ(queue.take(0, 100, {}, {3, 1min}).size(), 1U);
  stopping.join();
}

TEST(UplinkQueue, AfterTheEndWhatIsLeftCanBeTaken) {
  UplinkQueue queue(2, 100, 100);
  std::thread worker([&] { EXPECT_TRUE(queue.take(1, 100, {}).empty()); });
  EXPECT_TRUE(add(queue, 0, "a"));
  queue.stop();
  worker.join();
  EXPECT_TRUE(queue.stopping());
  EXPECT_EQ(queue.take(0, 100, {}).size(), 1U);
  EXPECT_TRUE(queue.take(0, 100, {}).empty());
}

}  // namespace
}  // namespace terse::serve::core
