#include "terse/serve/core/heartbeats.h"

#include <gtest/gtest.h>

namespace terse::serve::core {
namespace {

using std::chrono::milliseconds;

TEST(Heartbeats, DurationsAreNumbersWithAUnit) {
  EXPECT_EQ(parse_duration("90s"), milliseconds(90'000));
  EXPECT_EQ(parse_duration("30m"), milliseconds(1'800'000));
  EXPECT_EQ(parse_duration("12h"), milliseconds(43'200'000));
  EXPECT_EQ(parse_duration("3653d"), milliseconds(3653LL * 86'400'000));
  for (const char* text : {"", "s", "12", "0s", "-1s", "1.5h", "12 h", "3654d", "1w", "h12",
                           "99999999999999999999d"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Heartbeats, AModelHasItsOwnOrTheServersOrNone) {
  const Heartbeats both({{"", milliseconds(1000)}, {"pump", milliseconds(5000)}});
  EXPECT_EQ(both.overdue("pump", 10'000, 15'000), false);
  EXPECT_EQ(both.overdue("pump", 9'999, 15'000), true);
  EXPECT_EQ(both.overdue("fan", 10'000, 15'000), true);
  const Heartbeats one({{"pump", milliseconds(5000)}});
  EXPECT_EQ(one.overdue("fan", 0, 15'000), std::nullopt);
  EXPECT_EQ(Heartbeats().overdue("pump", 0, 15'000), std::nullopt);
}

}  // namespace
}  // namespace terse::serve::core
