#include "terse/serve/core/wakeup.h"

#include <gtest/gtest.h>
#include <poll.h>

namespace terse::serve::core {
namespace {

bool is_awake(const Wakeup& wakeup) {
  pollfd waiting = {wakeup.descriptor(), POLLIN, 0};
  return poll(&waiting, 1, 0) == 1;
}

TEST(Wakeup, HoldsUntilCleared) {
  Wakeup wakeup;
  EXPECT_FALSE(is_awake(wakeup));
  wakeup.call();
  wakeup.call();
  EXPECT_TRUE(is_awake(wakeup));
  EXPECT_TRUE(is_awake(wakeup));
  wakeup.clear();
  EXPECT_FALSE(is_awake(wakeup));
  wakeup.clear();
  wakeup.call();
  EXPECT_TRUE(is_awake(wakeup));
}

}  // namespace
}  // namespace terse::serve::core
