#include "terse/training/team.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

#include <atomic>
#include <cmath>
#include <numeric>
#include <thread>

#include "terse/base/random.h"
#include "terse/training/trainer.h"

namespace terse::training {
namespace {

class TeamOf : public testing::TestWithParam<unsigned> {};

TEST_P(TeamOf, SharesCoverEverythingOnceAtMultiples) {
  Team team(GetParam());
  for (const std::size_t total : {0U, 1U, 15U, 16U, 17U, 100U, 512U}) {
    for (const std::size_t multiple : {1U, 16U}) {
      std::vector<std::atomic<int>> seen(total);
      std::atomic<bool> aligned{true};
      team.run([&](Member& member) {
        const Share own = member.share(total, multiple);
        if (own.begin % multiple != 0 && own.begin != total) aligned = false;
        for (std::size_t i = own.begin; i < own.end; ++i) ++seen[i];
      });
      for (const auto& count : seen) ASSERT_EQ(count, 1);
      EXPECT_TRUE(aligned);
    }
  }
}

TEST_P(TeamOf, BarriersSeparatePhases) {
  Team team(GetParam());
  constexpr int phases = 2000;
  std::vector<int> counters(GetParam());
  std::atomic<int> mistakes{0};
  for (int repeat = 0; repeat < 3; ++repeat) {
    team.run([&](Member& member) {
      for (int phase = 1; phase <= phases; ++phase) {
        counters[member.index()] = phase;
        member.barrier();
        for (const int counter : counters) mistakes += counter != phase;
        member.barrier();
      }
    });
  }
  EXPECT_EQ(mistakes, 0);
}

TEST_P(TeamOf, MembersThatSleepAreWoken) {
  Team team(GetParam());
  int sum = 0;
  for (int i = 0; i < 3; ++i) {
    team.run([&](Member& member) {
      if (member.index() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(30));
      member.barrier();
      if (member.index() + 1 == member.count()) sum += 1;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(sum, 3);
}

TEST_P(TeamOf, DenormalsAreFlushedWhileWorkingOnly) {
  Team team(GetParam());
  std::vector<float> results(GetParam(), 1.0F);
  volatile float tiny = 1e-38F;
  team.run([&](Member& member) { results[member.index()] = tiny * 1e-3F; });
#if defined(__SSE__)
  for (const float result : results) EXPECT_EQ(result, 0.0F);
#endif
  EXPECT_GT(tiny * 1e-3F, 0.0F);
}

INSTANTIATE_TEST_SUITE_P(Team, TeamOf, testing::Values(1U, 2U, 3U, 5U),
                         [](const auto& test) { return std::to_string(test.param); });

std::atomic<int> signals_seen{0};

std::vector<float> trained_under(bool disturbed) {
  base::Random random(1);
  base::Matrix inputs(512, 10);
  for (float& value : inputs.values()) value = static_cast<float>(random.normal());
  std::vector<float> targets(512);
  for (float& target : targets) target = static_cast<float>(random.normal());
  quantize::Thresholds thresholds;
  for (int f = 0; f < 10; ++f) thresholds.add_feature(std::vector<float>{-1.0F, 0.0F, 1.0F});
  TrainerOptions options;
  options.input = InputLayer::soft_steps;
  options.hidden = {512, 512, 512};
  options.threads = 2;
  Trainer trainer(options, inputs, targets, thresholds);
  std::vector<std::uint32_t> rows(512);
  std::iota(rows.begin(), rows.end(), 0U);

  std::atomic<bool> done{false};
  const pthread_t target = pthread_self();
  std::thread disturber([&] {
    while (disturbed && !done) {
      pthread_kill(target, SIGUSR1);
      kill(getpid(), SIGUSR1);
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
  });
  for (int step = 0; step < 60; ++step) trainer.step(rows, 0.5F);
  done = true;
  disturber.join();
  const inference::Parameters parameters = trainer.parameters();
  const auto values = parameters.layers[1].weights.values();
  return {values.begin(), values.end()};
}

// Without ProductScope this ends in a corrupted heap on processors with AVX-512
// (docs/decisions/0005).
TEST(Team, SignalHandlersDoNotDisturbProducts) {
  struct sigaction action = {};
  struct sigaction before = {};
  action.sa_handler = [](int) { ++signals_seen; };
  sigaction(SIGUSR1, &action, &before);
  const std::vector<float> undisturbed = trained_under(false);
  EXPECT_EQ(signals_seen, 0);
  EXPECT_EQ(trained_under(true), undisturbed);
  EXPECT_GT(signals_seen, 10);
  sigaction(SIGUSR1, &before, nullptr);
}

}  // namespace
}  // namespace terse::training
