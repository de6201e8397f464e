#include "terse/serve/store/expiry.h"

#include <gtest/gtest.h>

#include <vector>

namespace terse::serve::store {
namespace {

constexpr std::int64_t day = 24 * 3'600'000;
constexpr std::int64_t now = 1'800'000'000'000;

/// Messages by number from 1 on, received so many days ago. Gives how many are older than ten.
std::size_t old_of(const std::vector<double>& days_ago, std::int64_t highest = 0) {
  Expiry expiry(now - 10 * day, now, highest);
  std::int64_t message = 0;
  for (const double days : days_ago) {
    if (!expiry.look(++message, now - static_cast<std::int64_t>(days * day))) break;
  }
  EXPECT_EQ(expiry.last().value_or(0), static_cast<std::int64_t>(expiry.messages()));
  return expiry.messages();
}

TEST(Expiry, EndsWithTheFirstThatIsNotOld) {
  EXPECT_EQ(old_of({30, 20, 10.1, 9.9, 1}), 3U);
  EXPECT_EQ(old_of({9}), 0U);
  EXPECT_EQ(old_of({}), 0U);
}

TEST(Expiry, OneFromTheFutureKeepsNoneOfTheOthers) {
  EXPECT_EQ(old_of({30, -20'000, 25, 5}), 3U);
  EXPECT_EQ(old_of({-20'000, 5}), 0U) << "but does not go before its time";
}

TEST(Expiry, AClockThatWasSetBackDeletesNothingEarly) {
  EXPECT_EQ(old_of({30, 20, 60, 61, 5}), 2U) << "they came between 20 and 5 days ago";
  EXPECT_EQ(old_of({30, 20, 60, 61, 15, 5}), 5U);
  EXPECT_EQ(old_of({20'000, 20'000, 5}), 0U) << "1970: the clock was not set";
  EXPECT_EQ(old_of({20'000, 20'000, 12, 5}), 3U);
}

TEST(Expiry, RemembersWhatIsGone) {
  Expiry expiry(now - 10 * day, now, 0);
  expiry.look(1, now - 20 * day);
  EXPECT_EQ(expiry.highest_ms(), now - 20 * day);
  EXPECT_EQ(old_of({60, 61, 5}, expiry.highest_ms()), 0U);
  EXPECT_EQ(old_of({20.02, 5}, expiry.highest_ms()), 1U) << "servers differ by minutes";
}

}  // namespace
}  // namespace terse::serve::store
