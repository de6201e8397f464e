#include "terse/serve/coap/recent.h"

#include <gtest/gtest.h>

namespace terse::serve::coap {
namespace {

using Clock = Recent<int>::Clock;

TEST(Recent, RemembersForALifetime) {
  Recent<int> recent(10);
  const Clock::time_point start{};
  recent.add("a", 1, start);
  ASSERT_NE(recent.find("a", start + std::chrono::seconds(247)), nullptr);
  EXPECT_EQ(*recent.find("a", start), 1);
  EXPECT_EQ(recent.find("a", start + std::chrono::seconds(248)), nullptr);
  EXPECT_EQ(recent.find("b", start), nullptr);
  recent.add("b", 2, start + std::chrono::seconds(248));
  EXPECT_EQ(recent.size(), 1U) << "what is too old is forgotten";
}

TEST(Recent, ForgetsTheOldestBeyondTheMaximum) {
  Recent<int> recent(3);
  const Clock::time_point now{};
  for (const char* name : {"a", "b", "c", "d"}) recent.add(name, 1, now);
  EXPECT_EQ(recent.find("a", now), nullptr);
  EXPECT_NE(recent.find("b", now), nullptr);
  EXPECT_NE(recent.find("d", now), nullptr);
}

TEST(Recent, WhatIsReplacedIsTheNewest) {
  Recent<int> recent(3);
  Clock::time_point now{};
  for (const char* name : {"a", "b", "c", "a"}) recent.add(name, 1, now += std::chrono::seconds(1));
  recent.add("d", 2, now += std::chrono::seconds(1));
  EXPECT_NE(recent.find("a", now), nullptr);
  EXPECT_EQ(recent.find("b", now), nullptr);
  for (int i = 0; i < 1000; ++i) recent.add("d", i, now += std::chrono::milliseconds(1));
  EXPECT_EQ(*recent.find("d", now), 999);
  EXPECT_LE(recent.size(), 3U);
}

}  // namespace
}  // namespace terse::serve::coap
