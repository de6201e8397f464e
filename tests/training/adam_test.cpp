#include "terse/training/adam.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "terse/base/cpu.h"
#include "terse/base/random.h"
#include "terse/training/dense_layer.h"

namespace terse::training {
namespace {

class AdamOn : public testing::TestWithParam<base::InstructionSet> {
 protected:
  void SetUp() override {
    before_ = base::instruction_set();
    base::force_instruction_set(GetParam());
  }
  void TearDown() override { base::force_instruction_set(before_); }

 private:
  base::InstructionSet before_ = base::InstructionSet::baseline;
};

// The algorithm as published, in double: moments corrected for their start first, then the step.
struct PublishedAdam {
  double parameter = 0.0;
  double first = 0.0;
  double second = 0.0;

  void step(double gradient, int t, double rate) {
    first = 0.9 * first + (1.0 - 0.9) * gradient;
    second = 0.999 * second + (1.0 - 0.999) * gradient * gradient;
    const double corrected_first = first / (1.0 - std::pow(0.9, t));
    const double corrected_second = second / (1.0 - std::pow(0.999, t));
    parameter -= rate * corrected_first / (std::sqrt(corrected_second) + 1e-8);
  }
};

// Gradients from 1e-9, where epsilon decides, to 1e4; counts that fill no whole vectors, and a
// begin that is not aligned. What lies beside must stay.
TEST_P(AdamOn, FollowsThePublishedAlgorithm) {
  constexpr std::size_t begin = 3;
  for (const std::size_t count : {1U, 7U, 16U, 33U, 100U}) {
    base::Random random(count);
    AdamVector vector(begin + count + 5);
    std::vector<PublishedAdam> expected(count);
    std::vector<double> scales(count);
    for (std::size_t i = 0; i < vector.values.size(); ++i) {
      vector.values[i] = static_cast<float>(random.normal());
    }
    const std::vector<float> start(vector.values.begin(), vector.values.end());
    for (std::size_t i = 0; i < count; ++i) {
      expected[i].parameter = static_cast<double>(start[begin + i]);
      scales[i] = std::pow(10.0, 13.0 * random.uniform() - 9.0);
    }
    for (int t = 1; t <= 20; ++t) {
      std::vector<float> gradient(count);
      for (std::size_t i = 0; i < count; ++i) {
        gradient[i] = static_cast<float>(scales[i] * (0.5 + random.normal()));
        expected[i].step(static_cast<double>(gradient[i]), t, 1e-2);
      }
      vector.update(begin, gradient, AdamStep::at(static_cast<std::uint64_t>(t), 1e-2));
      for (std::size_t i = 0; i < count; ++i) {
        // Twenty steps of 1e-2, each with a float's relative error, beside a value of a few units.
        ASSERT_NEAR(vector.values[begin + i], expected[i].parameter, 2e-6) << t << " " << scales[i];
      }
    }
    for (std::size_t i = 0; i < start.size(); ++i) {
      if (i >= begin && i < begin + count) continue;
      EXPECT_EQ(vector.values[i], start[i]);
      EXPECT_EQ(vector.first_moment[i], 0.0F);
      EXPECT_EQ(vector.second_moment[i], 0.0F);
    }
  }
}

TEST_P(AdamOn, NoGradientNoStep) {
  AdamVector vector(20);
  vector.values.assign(20, 0.25F);
  const std::vector<float> gradient(20);
  vector.update(0, gradient, AdamStep::at(1, 1e-3));
  for (const float value : vector.values) EXPECT_EQ(value, 0.25F);
}

TEST_P(AdamOn, NanReachesTheParameter) {
  AdamVector vector(20);
  const std::vector<float> gradient(20, std::nanf(""));
  vector.update(0, gradient, AdamStep::at(1, 1e-3));
  for (const float value : vector.values) EXPECT_TRUE(std::isnan(value));
}

INSTANTIATE_TEST_SUITE_P(PerCpu, AdamOn, testing::ValuesIn(base::supported_instruction_sets()),
                         [](const auto& test) { return std::string(name(test.param)); });

// Corrections by hand: 1 - 0.9^2 = 0.19, 1 - 0.999^2 = 0.001999.
TEST(Adam, CorrectsTheStartOfTheMoments) {
  const AdamStep step = AdamStep::at(2, 0.019);
  EXPECT_FLOAT_EQ(step.step_size, 0.1F);
  EXPECT_FLOAT_EQ(step.root_scale, 22.366272F);
  const AdamStep late = AdamStep::at(1000000, 0.5);
  EXPECT_FLOAT_EQ(late.step_size, 0.5F);
  EXPECT_FLOAT_EQ(late.root_scale, 1.0F);
  EXPECT_FLOAT_EQ(late.scaled(4.0F).step_size, 2.0F);
  EXPECT_FLOAT_EQ(late.scaled(4.0F).root_scale, 1.0F);
}

}  // namespace
}  // namespace terse::training
