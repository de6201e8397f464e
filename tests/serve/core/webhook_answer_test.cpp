#include "terse/serve/core/webhook_answer.h"

#include <gtest/gtest.h>

namespace terse::serve::core {
namespace {

TEST(WebhookAnswer, OnlyWhatMayPassLooksLikeAFailure) {
  for (const Verdict verdict : {Verdict::stored, Verdict::duplicate, Verdict::conflict,
                                Verdict::refused, Verdict::unknown_model, Verdict::forbidden}) {
    EXPECT_EQ(webhook_status(verdict), 200) << word(verdict);
  }
  EXPECT_EQ(webhook_status(Verdict::busy), 503);
  EXPECT_EQ(webhook_status(Verdict::unavailable), 503);
}

TEST(WebhookAnswer, SaysWhatWasIgnored) {
  EXPECT_EQ(to_json(IgnoredEvent{"txack", "because"}),
            R"({"status":"ignored","event":"txack","reason":"because"})");
}

}  // namespace
}  // namespace terse::serve::core
