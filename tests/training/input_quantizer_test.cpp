#include "terse/training/input_quantizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "terse/base/random.h"
#include "terse/training/trainer.h"

namespace terse::training {
namespace {

class QuantizerBefore : public testing::TestWithParam<InputLayer> {};

// step_size and table: they learn, the same bits again, and nearly the same with more threads.
TEST_P(QuantizerBefore, LearnsTheSameAgain) {
  base::Random random(3);
  base::Matrix inputs(70, 3);
  for (float& value : inputs.values()) value = static_cast<float>(random.normal());
  std::vector<float> targets;
  for (std::size_t r = 0; r < inputs.rows(); ++r) {
    targets.push_back(static_cast<float>(std::sin(2.0 * inputs(r, 0)) + 0.3 * random.normal()));
  }
  std::vector<std::uint32_t> rows(inputs.rows());
  std::iota(rows.begin(), rows.end(), 0U);
  TrainerOptions options;
  options.input = GetParam();
  options.hidden = {24, 16};
  options.levels = {8, 4};
  options.batch_rows_max = 70;
  std::vector<double> last;
  for (const unsigned threads : {1U, 1U, 2U}) {
    options.threads = threads;
    Trainer trainer(options, inputs, targets, {});
    const double before = trainer.step(rows, 1.0F);
    for (int i = 0; i < 60; ++i) trainer.step(rows, 0.5F);
    last.push_back(trainer.step(rows, 0.5F));
    EXPECT_LT(last.back(), 0.8 * before);
    const inference::Parameters hard = trainer.parameters();
    ASSERT_EQ(hard.thresholds.features(), 2U);
    EXPECT_EQ(hard.values[1].size(), hard.thresholds.levels(1));
  }
  EXPECT_EQ(last[0], last[1]);
  EXPECT_NEAR(last[0], last[2], 1e-2 * last[0]);
}

INSTANTIATE_TEST_SUITE_P(InputQuantizer, QuantizerBefore,
                         testing::Values(InputLayer::step_size, InputLayer::table),
                         [](const auto& test) {
                           return test.param == InputLayer::table ? "table" : "step_size";
                         });

}  // namespace
}  // namespace terse::training
