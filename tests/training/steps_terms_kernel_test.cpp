#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "terse/base/cpu.h"
#include "terse/base/random.h"
#include "terse/simd/dispatch.h"
#include "terse/training/adam.h"
#include "terse/training/steps_kernels.h"
#include "terse/training/steps_program.h"

namespace terse::training {
namespace {

constexpr std::size_t points = 4096;

class StepsTermsKernel : public testing::TestWithParam<base::InstructionSet> {
 protected:
  void SetUp() override { base::force_instruction_set(GetParam()); }
  void TearDown() override { base::force_instruction_set(before_); }

 private:
  base::InstructionSet before_ = base::instruction_set();
};

double sigmoid(double z) {
  return 1.0 / (1.0 + std::exp(-z));
}

base::AlignedVector<float> gaps_up_to(float largest) {
  base::AlignedVector<float> gaps(points);
  for (std::size_t i = 0; i < points; ++i) {
    gaps[i] = largest * static_cast<float>(i) / static_cast<float>(points - 1);
  }
  return gaps;
}

TEST_P(StepsTermsKernel, SixTermsGiveTheTailOfTheStepAndItsSlope) {
  const auto gaps = gaps_up_to(40.0F);
  base::AlignedVector<float> terms(steps_terms * points);
  TERSE_DISPATCH(fill_terms)(gaps.data(), points, terms.data(), points);
  for (std::size_t i = 0; i < points; ++i) {
    double value = 0.0;
    double slope = 0.0;
    for (std::size_t k = 0; k < steps_terms; ++k) {
      value += static_cast<double>(tail.value[k]) * terms[k * points + i];
      slope += static_cast<double>(tail_slope.value[k]) * terms[k * points + i];
    }
    const double exact = sigmoid(-gaps[i]);
    // The fits' 7e-9 and 3e-8, and six roundings of terms up to 1.6.
    EXPECT_NEAR(value, exact, 1.5e-7) << gaps[i];
    EXPECT_NEAR(slope, exact * (1.0 - exact), 2.5e-7) << gaps[i];
  }
}

TEST_P(StepsTermsKernel, OutputsContinueTermsFromAnyPoint) {
  // The sum of outputs at a, weighted by the terms at b, is the tail at a + b.
  const auto gaps = gaps_up_to(20.0F);
  base::AlignedVector<float> outputs(steps_terms * points);
  TERSE_DISPATCH(fill_outputs)(gaps.data(), points, tail, outputs.data(), points);
  base::AlignedVector<float> before(16);
  base::AlignedVector<float> terms(steps_terms * 16);
  for (std::size_t i = 0; i < 16; ++i) before[i] = 0.7F * static_cast<float>(i);
  TERSE_DISPATCH(fill_terms)(before.data(), 16, terms.data(), 16);
  for (std::size_t b = 0; b < 16; ++b) {
    for (std::size_t i = 0; i < points; ++i) {
      double value = 0.0;
      for (std::size_t k = 0; k < steps_terms; ++k) {
        value += static_cast<double>(outputs[k * points + i]) * terms[k * 16 + b];
      }
      ASSERT_NEAR(value, sigmoid(-static_cast<double>(gaps[i]) - before[b]), 2e-7);
    }
  }
}

TEST_P(StepsTermsKernel, HugeGapsLeaveNothing) {
  base::AlignedVector<float> gaps(16, std::numeric_limits<float>::infinity());
  gaps[0] = 3e38F;
  gaps[1] = 100.0F;
  base::AlignedVector<float> terms(steps_terms * 16);
  TERSE_DISPATCH(fill_terms)(gaps.data(), 16, terms.data(), 16);
  for (const float term : terms) EXPECT_LT(std::abs(term), 1e-20F);
}

TEST_P(StepsTermsKernel, SigmoidsToOneRoundingOrTwo) {
  base::AlignedVector<float> z(points);
  for (std::size_t i = 0; i < points; ++i) z[i] = -80.0F + 0.04F * static_cast<float>(i);
  z[0] = -std::numeric_limits<float>::infinity();
  z[1] = std::numeric_limits<float>::infinity();
  z[2] = 3e38F;
  base::AlignedVector<float> steps(points);
  base::AlignedVector<float> slopes(points);
  TERSE_DISPATCH(fill_steps)(z.data(), points, steps.data(), slopes.data());
  for (std::size_t i = 0; i < points; ++i) {
    const double exact = sigmoid(z[i]);
    EXPECT_NEAR(steps[i], exact, 3e-7 * exact + 1e-37) << z[i];
    EXPECT_NEAR(slopes[i], exact * (1.0 - exact), 1.5e-7) << z[i];
  }
}

TEST_P(StepsTermsKernel, StepRowsAreStrictWhenHard) {
  base::AlignedVector<float> x(32, 0.25F);
  x[1] = 0.5F;
  x[2] = std::nextafter(0.25F, 1.0F);
  base::AlignedVector<float> steps(32);
  TERSE_DISPATCH(fill_step_row)(x.data(), 30, 0.25F, 10.0F, false, steps.data());
  EXPECT_EQ(steps[0], 0.0F);
  EXPECT_EQ(steps[1], 1.0F);
  EXPECT_EQ(steps[2], 1.0F);
  TERSE_DISPATCH(fill_step_row)(x.data(), 30, 0.25F, 10.0F, true, steps.data());
  EXPECT_FLOAT_EQ(steps[0], 0.5F);
  EXPECT_NEAR(steps[1], sigmoid(2.5), 1e-7);
}

TEST_P(StepsTermsKernel, DerivativeDotOfAnyLength) {
  base::Random random(3);
  for (std::size_t count = 1; count < 70; ++count) {
    std::vector<float> steps(count);
    std::vector<float> products(count);
    double expected = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      steps[i] = static_cast<float>(random.uniform());
      products[i] = static_cast<float>(random.normal());
      expected += static_cast<double>(steps[i]) * (1.0 - steps[i]) * products[i];
    }
    EXPECT_NEAR(TERSE_DISPATCH(derivative_dot)(steps.data(), products.data(), count), expected,
                2e-6);
  }
}

TEST_P(StepsTermsKernel, AdamAsWrittenInThePaper) {
  base::Random random(4);
  for (const std::size_t count : {1, 3, 16, 37}) {
    std::vector<float> weights(count, 0.5F);
    std::vector<float> first(count);
    std::vector<float> second(count);
    std::vector<double> exact(count, 0.5);
    std::vector<double> m(count);
    std::vector<double> v(count);
    for (std::uint64_t step = 1; step <= 50; ++step) {
      std::vector<float> gradient(count);
      for (float& g : gradient) g = static_cast<float>(random.normal() + 0.5);
      const AdamStep adam = AdamStep::at(step, 1e-2, 0.3);
      TERSE_DISPATCH(adam_update)
      (weights.data(), first.data(), second.data(), gradient.data(), count, adam.step_size,
       adam.root_scale, adam.keep);
      const auto t = static_cast<double>(step);
      for (std::size_t i = 0; i < count; ++i) {
        m[i] = 0.9 * m[i] + 0.1 * gradient[i];
        v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i];
        exact[i] *= 1.0 - 1e-2 * 0.3;  // AdamW: the decay is not part of the gradient
        exact[i] -= 1e-2 * m[i] / (1.0 - std::pow(0.9, t)) /
                    (std::sqrt(v[i] / (1.0 - std::pow(0.999, t))) + 1e-8);
        ASSERT_NEAR(weights[i], exact[i], 2e-6);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sets, StepsTermsKernel,
                         testing::ValuesIn(base::supported_instruction_sets()),
                         [](const auto& set) { return std::string(name(set.param)); });

}  // namespace
}  // namespace terse::training
