#include "terse/serve/coap/answered_exchanges.h"

#include <gtest/gtest.h>

namespace terse::serve::coap {
namespace {

using Clock = AnsweredExchanges::Clock;

core::Answer answer(float prediction) {
  core::Answer made;
  made.verdict = core::Verdict::stored;
  made.model = "m";
  made.version = "v";
  made.prediction = prediction;
  return made;
}

TEST(AnsweredExchanges, RemembersForALifetime) {
  AnsweredExchanges answered(10);
  const Clock::time_point start{};
  answered.add("a", answer(1.0F), start);
  ASSERT_TRUE(answered.find("a", start + std::chrono::seconds(247)));
  EXPECT_EQ(answered.find("a", start)->prediction, 1.0F);
  EXPECT_FALSE(answered.find("a", start + std::chrono::seconds(248)));
  EXPECT_FALSE(answered.find("b", start));
}

TEST(AnsweredExchanges, ForgetsTheOldestBeyondTheMaximum) {
  AnsweredExchanges answered(3);
  const Clock::time_point now{};
  for (const char* name : {"a", "b", "c", "d"}) answered.add(name, answer(1.0F), now);
  EXPECT_FALSE(answered.find("a", now));
  EXPECT_TRUE(answered.find("b", now));
  EXPECT_TRUE(answered.find("d", now));
}

}  // namespace
}  // namespace terse::serve::coap
