#include "terse/serve/core/gathering.h"

#include <gtest/gtest.h>

namespace terse::serve::core {
namespace {

using namespace std::chrono_literals;

/// A batch of this size, written in 600 microseconds while others come.
void batch(Gathering& gathering, std::size_t uplinks, std::size_t others) {
  gathering.took(uplinks);
  gathering.wrote(600us, others);
}

TEST(Gathering, TwoHalvesOfThePeersBecomeOne) {
  Gathering gathering;
  EXPECT_EQ(gathering.next().uplinks, 1U) << "nothing is known yet";
  batch(gathering, 9, 7);
  EXPECT_EQ(gathering.next().uplinks, 16U);
  EXPECT_EQ(gathering.next().at_most, 300us) << "a half of what the write took";
  batch(gathering, 16, 0);
  EXPECT_EQ(gathering.next().uplinks, 1U) << "all were in it, and all come at once";
}

TEST(Gathering, ASinglePeerIsNeverKeptWaiting) {
  Gathering gathering;
  for (int i = 0; i < 5; ++i) {
    batch(gathering, 1, 0);
    EXPECT_EQ(gathering.next().uplinks, 1U);
  }
}

TEST(Gathering, PeersWhoDoNotComeAreNotWaitedForAgainAndAgain) {
  Gathering gathering;
  batch(gathering, 10, 10);
  ASSERT_EQ(gathering.next().uplinks, 20U);
  batch(gathering, 14, 10);
  int without = 0;
  while (gathering.next().uplinks == 1 && without < 100) {
    ++without;
    batch(gathering, 10, 10);
  }
  EXPECT_EQ(without, 15);
  batch(gathering, 15, 10);
  EXPECT_GT(gathering.next().uplinks, 1U) << "half of them came";
}

TEST(Gathering, WaitingIsBoundedAndNeverLongerThanItIsWorth) {
  Gathering gathering;
  gathering.took(5);
  gathering.wrote(3s, 5);
  EXPECT_EQ(gathering.next().at_most, 1ms);
  gathering.took(10);
  gathering.wrote(30us, 5);
  EXPECT_EQ(gathering.next().uplinks, 1U) << "without a store, say";
}

}  // namespace
}  // namespace terse::serve::core
