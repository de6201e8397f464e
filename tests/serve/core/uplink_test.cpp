#include "terse/serve/core/uplink.h"

#include <gtest/gtest.h>

namespace terse::serve::core {
namespace {

TEST(Uplink, EveryVerdictHasItsWord) {
  EXPECT_EQ(word(Verdict::stored), "stored");
  EXPECT_EQ(word(Verdict::unknown_model), "unknown_model");
  EXPECT_EQ(word(Verdict::unavailable), "unavailable");
}

}  // namespace
}  // namespace terse::serve::core
