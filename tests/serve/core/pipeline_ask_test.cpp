#include <atomic>

#include "serve/core/pipeline_case.h"

namespace terse::serve::core {
namespace {

TEST_F(PipelineTest, WhatIsSubmittedAtOnceIsWrittenAtOnce) {
  std::atomic<int> answered{0};
  Pipeline pipeline(*registry, &store, metrics, {});
  for (const int calls : {1, 2, 3}) {
    std::vector<std::pair<Uplink, Pipeline::Answered>> several;
    for (std::size_t i = 0; i < 100; ++i) {
      several.emplace_back(uplink(i % 50), [&](const Answer&) {
        ++answered;
        answered.notify_all();
      });
    }
    pipeline.submit_all(std::move(several));
    for (int done = answered; done < 100 * calls; done = answered) answered.wait(done);
    EXPECT_EQ(store.calls, calls);
  }
  EXPECT_EQ(store.rows.size(), 300U);
}

TEST_F(PipelineTest, EachOfSeveralHasItsOwnAnswer) {
  Pipeline pipeline(*registry, &store, metrics, {});
  std::vector<Uplink> several{uplink(0), uplink(1), uplink(2)};
  several[1].model = "fan";
  const std::vector<Answer> answers = pipeline.ask_all(several);
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(answers[0].verdict, Verdict::stored);
  EXPECT_EQ(answers[1].verdict, Verdict::unknown_model);
  EXPECT_EQ(answers[2].verdict, Verdict::stored);
  EXPECT_EQ(pipeline.ask(uplink(0)).prediction, answers[0].prediction);
}

}  // namespace
}  // namespace terse::serve::core
