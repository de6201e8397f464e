#include "terse/train/loop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "terse/base/error.h"
#include "terse/base/random.h"

namespace terse::train {
namespace {

using Rows = std::span<const std::uint32_t>;

// Temperature and learning rate tell the epoch.
LoopPolicy small_policy() {
  return {.epochs = 3,
          .rows = 10,
          .batch_rows = 4,
          .seed = 7,
          .shuffle_stream = 40,
          .copy_stream = 80,
          .rates = [](unsigned epoch) -> EpochRates {
            return {static_cast<float>(epoch + 1), 0.5 * epoch};
          }};
}

struct Recorded {
  std::vector<std::vector<std::uint32_t>> epochs;
  std::vector<std::size_t> batches;
  std::vector<EpochRates> rates;

  Learner learner() {
    return {.step =
                [this](Rows rows, const EpochRates& now) {
                  epochs.back().insert(epochs.back().end(), rows.begin(), rows.end());
                  batches.push_back(rows.size());
                  rates.push_back(now);
                  return 1.0;
                },
            .before_epoch =
                [this](unsigned epoch) {
                  EXPECT_EQ(epoch, epochs.size());
                  epochs.emplace_back();
                }};
  }
};

TEST(Loop, TakesEveryRowOnceAnEpochInTheOrderOfItsStream) {
  Recorded recorded;
  run_epochs(small_policy(), recorded.learner());
  ASSERT_EQ(recorded.epochs.size(), 3U);
  for (unsigned epoch = 0; epoch < 3; ++epoch) {
    std::vector<std::uint32_t> expected(10);
    std::iota(expected.begin(), expected.end(), 0U);
    base::Random(7, 40 + epoch).shuffle(expected);
    EXPECT_EQ(recorded.epochs[epoch], expected);
  }
  EXPECT_NE(recorded.epochs[0], recorded.epochs[1]);
  EXPECT_EQ(recorded.batches, (std::vector<std::size_t>{4, 4, 2, 4, 4, 2, 4, 4, 2}));
}

TEST(Loop, TakesAnyCopyOfARow) {
  LoopPolicy policy = small_policy();
  policy.copies = 3;
  policy.epochs = 20;
  Recorded recorded;
  run_epochs(policy, recorded.learner());
  std::set<std::uint32_t> taken;
  for (std::vector<std::uint32_t>& rows : recorded.epochs) {
    taken.insert(rows.begin(), rows.end());
    for (std::uint32_t& row : rows) row %= 10;
    std::ranges::sort(rows);
    for (std::uint32_t r = 0; r < 10; ++r) EXPECT_EQ(rows[r], r);
  }
  EXPECT_EQ(taken.size(), 30U);
  EXPECT_EQ(*taken.rbegin(), 29U);
}

TEST(Loop, ABatchLargerThanTheRowsIsAllOfThem) {
  LoopPolicy policy = small_policy();
  policy.batch_rows = 512;
  Recorded recorded;
  run_epochs(policy, recorded.learner());
  EXPECT_EQ(recorded.batches, (std::vector<std::size_t>{10, 10, 10}));
}

TEST(Loop, GivesEachStepTheRatesOfItsEpoch) {
  Recorded recorded;
  run_epochs(small_policy(), recorded.learner());
  ASSERT_EQ(recorded.rates.size(), 9U);
  for (std::size_t step = 0; step < 9; ++step) {
    EXPECT_EQ(recorded.rates[step].temperature, float(step / 3 + 1));
    EXPECT_EQ(recorded.rates[step].learning_rate, 0.5 * double(step / 3));
  }
}

TEST(Loop, CallsBeforeAndAfterEachEpoch) {
  std::string calls;
  const Learner learner{.step =
                            [&](Rows, const EpochRates&) {
                              calls += '.';
                              return 0.0;
                            },
                        .before_epoch = [&](unsigned epoch) { calls += std::to_string(epoch); },
                        .after_epoch = [&](unsigned epoch) { calls += std::to_string(epoch); }};
  run_epochs(small_policy(), learner);
  EXPECT_EQ(calls, "0...01...12...2");
}

TEST(Loop, ReportsTheMeanLossOfTheEpochSoFar) {
  double next = 0.0;
  const Learner learner{.step = [&](Rows, const EpochRates&) { return next += 1.0; }};
  std::vector<Progress> seen;
  Observer observer;
  observer.on_step = [&](const Progress& progress) { seen.push_back(progress); };
  run_epochs(small_policy(), learner, observer);
  ASSERT_EQ(seen.size(), 9U);
  // Batches of 4, 4 and 2 rows.
  EXPECT_DOUBLE_EQ(seen[1].loss, (4 * 1.0 + 4 * 2.0) / 8);
  EXPECT_DOUBLE_EQ(seen[2].loss, (4 * 1.0 + 4 * 2.0 + 2 * 3.0) / 10);
  EXPECT_DOUBLE_EQ(seen[3].loss, 4.0);
  EXPECT_EQ(seen[3].epoch, 2U);
  EXPECT_EQ(seen[3].epochs, 3U);
  EXPECT_EQ(seen[3].step, 4U);
  EXPECT_EQ(seen[3].steps, 9U);
  EXPECT_EQ(seen[3].temperature, 2.0F);
}

TEST(Loop, AsksBeforeEachStepWhetherToStop) {
  std::atomic<bool> stop{false};
  std::size_t steps = 0;
  const Learner learner{.step = [&](Rows, const EpochRates&) {
    stop = ++steps == 4;
    return 0.0;
  }};
  EXPECT_THROW(run_epochs(small_policy(), learner, {.on_step = {}, .stop = &stop}), Interrupted);
  EXPECT_EQ(steps, 4U);
}

TEST(Loop, ALossThatIsNotFiniteEndsItWithAdvice) {
  LoopPolicy policy = small_policy();
  policy.job = "fine-tuning";
  policy.learning_rate = 0.02;
  for (const double bad : {std::numeric_limits<double>::infinity(), std::nan("")}) {
    std::size_t steps = 0;
    const Learner learner{
        .step = [&](Rows, const EpochRates&) { return ++steps == 5 ? bad : 1.0; }};
    try {
      run_epochs(policy, learner);
      ADD_FAILURE() << "went on";
    } catch (const base::JobError& error) {
      const std::string text = error.what();
      EXPECT_EQ(text.find("fine-tuning diverged: the loss became "), 0U) << text;
      EXPECT_NE(
          text.find("in epoch 2 of 3, at learning rate 0.02; lower `learning_rate` (try 0.002)"),
          std::string::npos)
          << text;
    }
    EXPECT_EQ(steps, 5U);
  }
}

TEST(Rates, FallFromTheFirstEpochToTheLast) {
  EXPECT_EQ(progress_of(0, 5), 0.0);
  EXPECT_EQ(progress_of(1, 5), 0.25);
  EXPECT_EQ(progress_of(4, 5), 1.0);
  EXPECT_EQ(progress_of(0, 1), 1.0);
  EXPECT_EQ(half_cosine(0, 5), 1.0);
  EXPECT_NEAR(half_cosine(1, 5), 0.5 + std::sqrt(0.125), 1e-15);
  EXPECT_NEAR(half_cosine(2, 5), 0.5, 1e-15);
  EXPECT_NEAR(half_cosine(4, 5), 0.0, 1e-15);
  EXPECT_NEAR(half_cosine(0, 1), 0.0, 1e-15);
}

class TrainedParametersTest : public testing::Test {
 protected:
  TrainedParametersTest() : inputs_(60, 2), targets_(60) {
    base::Random random(3);
    for (float& value : inputs_.values()) value = static_cast<float>(random.normal());
    for (std::size_t r = 0; r < 60; ++r) targets_[r] = inputs_(r, 0) - inputs_(r, 1);
    options_.hidden = {4};
    options_.batch_rows_max = 20;
    policy_ = {
        .epochs = 4, .rows = 60, .batch_rows = 20, .rates = [](unsigned epoch) -> EpochRates {
          return {1.0F, epoch == 0 ? 1e-2 : 1e-3};
        }};
  }

  // The weights of the first layer after each epoch, by steps of our own.
  std::vector<std::vector<float>> first_weights_by_epoch() const {
    training::Trainer own(options_, inputs_, targets_, {});
    std::vector<std::vector<float>> result;
    for (unsigned epoch = 0; epoch < 4; ++epoch) {
      std::vector<std::uint32_t> order(60);
      std::iota(order.begin(), order.end(), 0U);
      base::Random(0, epoch).shuffle(order);
      own.set_learning_rate(epoch == 0 ? 1e-2 : 1e-3);
      for (std::size_t begin = 0; begin < 60; begin += 20) {
        own.step(std::span(order).subspan(begin, 20), 1.0F);
      }
      result.push_back(values_of(own.parameters()));
    }
    return result;
  }

  static std::vector<float> values_of(const inference::Parameters& parameters) {
    const auto values = parameters.layers.front().weights.values();
    return {values.begin(), values.end()};
  }

  base::Matrix inputs_;
  std::vector<float> targets_;
  training::TrainerOptions options_;
  LoopPolicy policy_;
};

TEST_F(TrainedParametersTest, AreThoseOfTheLastEpoch) {
  training::Trainer trainer(options_, inputs_, targets_, {});
  EXPECT_EQ(values_of(trained_parameters(trainer, policy_)), first_weights_by_epoch().back());
}

TEST_F(TrainedParametersTest, AreTheMeanOfTheLastEpochsIfAsked) {
  training::Trainer trainer(options_, inputs_, targets_, {});
  policy_.average = 0.5;
  const std::vector<float> mean = values_of(trained_parameters(trainer, policy_));
  const auto epochs = first_weights_by_epoch();
  for (std::size_t i = 0; i < mean.size(); ++i) {
    EXPECT_FLOAT_EQ(mean[i], 0.5F * (epochs[2][i] + epochs[3][i]));
  }
}

// The last step's loss is from before it: what it made of the weights shows only in them.
TEST_F(TrainedParametersTest, WeightsThatAreNotFiniteAreDivergence) {
  policy_.epochs = 1;
  policy_.batch_rows = 60;
  policy_.rates = [](unsigned) -> EpochRates {
    return {1.0F, std::numeric_limits<double>::infinity()};
  };
  options_.batch_rows_max = 60;
  training::Trainer trainer(options_, inputs_, targets_, {});
  EXPECT_THROW(trained_parameters(trainer, policy_), base::JobError);
}

}  // namespace
}  // namespace terse::train
