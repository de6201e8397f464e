#include "terse/serve/http/connections.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <future>
#include <thread>

namespace terse::serve::http {
namespace {

using Clock = HttpConnections::Clock;
using std::chrono::hours;
using std::chrono::milliseconds;

/// Two ends of a connection.
struct Pair {
  Pair() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0); }
  ~Pair() {
    for (const int end : ends) close(end);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  bool was_hung_up() {
    char byte = 0;
    return recv(ends[1], &byte, 1, MSG_DONTWAIT) == 0;
  }
  std::array<int, 2> ends{};
};

/// Waits in a thread of its own, an hour at most.
std::future<bool> wait(HttpConnections& connections, const Pair& pair, Clock::time_point since) {
  return std::async(std::launch::async, [&connections, socket = pair.ends[0], since] {
    return connections.wait(socket, false, since, Clock::now() + hours(1));
  });
}

TEST(HttpConnections, WaitsForBytesUntilTheDeadline) {
  HttpConnections connections({});
  Pair pair;
  const auto now = Clock::now();
  EXPECT_FALSE(connections.wait(pair.ends[0], false, now, now + milliseconds(1)));
  EXPECT_FALSE(connections.wait(pair.ends[0], false, now, now - milliseconds(1)));
  EXPECT_TRUE(connections.wait(pair.ends[0], true, now, now + hours(1)));
  ASSERT_EQ(write(pair.ends[1], "x", 1), 1);
  EXPECT_TRUE(connections.wait(pair.ends[0], false, now, now + hours(1)));
}

TEST(HttpConnections, HangsUpOnTheOneThatHasWaitedLongest) {
  HttpConnections connections({.served_max = 2, .queued_max = 1});
  Pair older;
  Pair newer;
  const auto now = Clock::now();
  ASSERT_TRUE(connections.came());
  ASSERT_TRUE(connections.came());
  auto newer_waits = wait(connections, newer, now);
  auto older_waits = wait(connections, older, now - hours(1));
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_TRUE(connections.came());
  EXPECT_FALSE(older_waits.get());
  EXPECT_TRUE(older.was_hung_up());
  EXPECT_FALSE(newer.was_hung_up());
  connections.left();
  // There is room again: nobody has to go.
  EXPECT_EQ(newer_waits.wait_for(milliseconds(1)), std::future_status::timeout);
  ASSERT_EQ(write(newer.ends[1], "x", 1), 1);
  EXPECT_TRUE(newer_waits.get());
}

TEST(HttpConnections, WhoWasHungUpOnIsCountedOnce) {
  HttpConnections connections({.served_max = 1, .queued_max = 9, .patience = milliseconds(1)});
  const auto long_ago = Clock::now() - hours(1);
  for (int round = 0; round < 3; ++round) {
    Pair pair;
    ASSERT_TRUE(connections.came());
    auto served = std::async(std::launch::async, [&] {
      const auto until = Clock::now() + hours(1);
      const bool first = connections.wait(pair.ends[0], false, long_ago, until);
      const bool again = connections.wait(pair.ends[0], false, long_ago, until);
      connections.left();
      return first || again;
    });
    ASSERT_TRUE(connections.came());
    EXPECT_FALSE(served.get());
    connections.left();
  }
}

TEST(HttpConnections, RefusesMoreThanMayQueue) {
  HttpConnections connections({.served_max = 1, .queued_max = 2, .came_max = milliseconds(10)});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(connections.came());
  EXPECT_FALSE(connections.came());
  connections.left();
  EXPECT_TRUE(connections.came());
}

TEST(HttpConnections, StopsReadingButNotWriting) {
  HttpConnections connections({});
  Pair pair;
  const auto now = Clock::now();
  auto waits = wait(connections, pair, now);
  std::this_thread::sleep_for(milliseconds(20));
  connections.stop();
  EXPECT_FALSE(waits.get());
  EXPECT_FALSE(connections.wait(pair.ends[0], false, now, now + hours(1)));
  Pair other;
  EXPECT_TRUE(connections.wait(other.ends[0], true, now, now + hours(1)));
}

}  // namespace
}  // namespace terse::serve::http
