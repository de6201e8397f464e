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
  EXPECT_EQ(gathering.next().at_most, 300us) << "a half of what a write takes";
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
  batch(gathering, 17, 10);
  int without = 0;
  while (gathering.next().uplinks == 1 && without < 100) {
    ++without;
    batch(gathering, 10, 10);
  }
  EXPECT_EQ(without, 15);
  batch(gathering, 18, 5);
  EXPECT_GT(gathering.next().uplinks, 1U) << "most of them came";
}

TEST(Gathering, WaitingIsBoundedAndNeverLongerThanItIsWorth) {
  Gathering gathering;
  gathering.took(5);
  gathering.wrote(3s, 5);
  EXPECT_EQ(gathering.next().at_most, 2ms);
  gathering.took(10);
  gathering.wrote(30us, 5);
  EXPECT_EQ(gathering.next().uplinks, 1U) << "without a store, say";
}

TEST(Gathering, TheLeastOfTheLastWritesCounts) {
  Gathering gathering;
  gathering.took(10);
  gathering.wrote(400us, 10);
  gathering.took(10);
  gathering.wrote(8ms, 10);
  EXPECT_LT(gathering.next().at_most, 220us);
  for (int i = 0; i < 100; ++i) {
    gathering.took(20);
    gathering.wrote(8ms, 4);
  }
  EXPECT_EQ(gathering.next().at_most, 2ms) << "a disk that has become slow";
}

TEST(Gathering, ManyPeersAreNotWaitedFor) {
  Gathering gathering;
  batch(gathering, 12, 12);
  EXPECT_EQ(gathering.next().uplinks, 24U);
  gathering.took(24);
  gathering.wrote(600us, 1);
  EXPECT_EQ(gathering.next().uplinks, 1U);
}

}  // namespace
}  // namespace terse::serve::core
