#include "terse/serve/http/seats.h"

#include <gtest/gtest.h>

namespace terse::serve::http {
namespace {

using Places = std::vector<std::size_t>;
using std::chrono::milliseconds;

TEST(Seats, TheLongestWaitingGoFirst) {
  const auto now = Clock::now();
  const std::vector<Seat> seats = {{now - milliseconds(300)},
                                   {},
                                   {now - milliseconds(900)},
                                   {now - milliseconds(200)},
                                   {now - milliseconds(600)}};
  const milliseconds patience(250);
  EXPECT_EQ(longest_waiting(seats, now, patience, 0), Places{});
  EXPECT_EQ(longest_waiting(seats, now, patience, 1), Places{2});
  EXPECT_EQ(longest_waiting(seats, now, patience, 2), (Places{2, 4}));
  // Who waits less than patience stays, and who waits for nothing.
  EXPECT_EQ(longest_waiting(seats, now, patience, 9), (Places{2, 4, 0}));
}

TEST(Seats, GoUntilEnoughIsWon) {
  const auto now = Clock::now();
  const auto long_ago = now - std::chrono::hours(1);
  const std::vector<Seat> seats = {{long_ago, 10}, {long_ago, 0}, {long_ago, 20}, {long_ago, 30}};
  EXPECT_EQ(longest_waiting(seats, now, milliseconds(1), 10), Places{0});
  EXPECT_EQ(longest_waiting(seats, now, milliseconds(1), 11), (Places{0, 2}));
  EXPECT_EQ(longest_waiting(seats, now, milliseconds(1), 99), (Places{0, 2, 3}));
}

}  // namespace
}  // namespace terse::serve::http
