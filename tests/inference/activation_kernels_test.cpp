#include "terse/inference/activation_kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "terse/base/cpu.h"
#include "terse/base/matrix.h"
#include "terse/base/random.h"
#include "terse/simd/dispatch.h"

namespace terse::inference {
namespace {

class ActivationKernels : public testing::TestWithParam<base::InstructionSet> {
 protected:
  void SetUp() override {
    before_ = base::instruction_set();
    base::force_instruction_set(GetParam());
  }
  void TearDown() override { base::force_instruction_set(before_); }

  static base::Matrix normal(std::size_t rows, std::size_t columns, std::uint64_t seed) {
    base::Random random(seed);
    base::Matrix matrix(rows, columns);
    for (float& value : matrix.values()) value = static_cast<float>(random.normal());
    return matrix;
  }

 private:
  base::InstructionSet before_ = base::InstructionSet::baseline;
};

Dropout dropout_of(double probability, std::uint32_t key) {
  return {key, key * 77U + 5U, static_cast<std::uint32_t>(probability * 0x1p32),
          static_cast<float>(1.0 / (1.0 - probability))};
}

TEST_P(ActivationKernels, ActivateAddsTheBiasAndCutsAtZero) {
  for (const std::size_t units : {1U, 3U, 15U, 16U, 17U, 64U, 100U}) {
    base::Matrix values = normal(5, units + 4, units);
    const base::Matrix before = values;
    const base::Matrix bias = normal(1, units, 9);
    TERSE_DISPATCH(activate)({values.data(), units + 4, 0, 5, units}, bias.data(), {});
    for (std::size_t r = 0; r < 5; ++r) {
      for (std::size_t u = 0; u < units + 4; ++u) {
        const float sum = u < units ? before(r, u) + bias(0, u) : before(r, u);
        ASSERT_EQ(values(r, u), u < units && sum < 0.0F ? 0.0F : sum);
      }
    }
  }
}

TEST_P(ActivationKernels, NanStaysNan) {
  for (const std::size_t units : {3U, 32U}) {
    base::Matrix values(1, units);
    values(0, 1) = std::numeric_limits<float>::quiet_NaN();
    const base::Matrix bias(1, units);
    TERSE_DISPATCH(activate)({values.data(), units, 0, 1, units}, bias.data(), {});
    EXPECT_TRUE(std::isnan(values(0, 1)));
  }
}

// Four standard errors of a binomial count.
TEST_P(ActivationKernels, DropoutKeepsTheRightShareAndScalesIt) {
  constexpr std::size_t rows = 200;
  constexpr std::size_t units = 333;
  const base::Matrix bias(1, units);
  for (const double probability : {0.1, 0.5, 0.9}) {
    base::Matrix values(rows, units);
    for (float& value : values.values()) value = 1.0F;
    TERSE_DISPATCH(activate)
    ({values.data(), units, 0, rows, units}, bias.data(), dropout_of(probability, 11));
    std::size_t kept = 0;
    for (const float value : values.values()) {
      ASSERT_TRUE(value == 0.0F || std::abs(value - 1.0 / (1.0 - probability)) < 1e-6);
      kept += value != 0.0F;
    }
    const double count = rows * units;
    const double error = std::sqrt(count * probability * (1.0 - probability));
    EXPECT_NEAR(static_cast<double>(kept), count * (1.0 - probability), 4.0 * error);
  }
}

TEST_P(ActivationKernels, DropoutOfTwoKeysIsIndependent) {
  constexpr std::size_t rows = 100;
  constexpr std::size_t units = 256;
  const base::Matrix bias(1, units);
  std::vector<base::Matrix> masks;
  for (const std::uint32_t key : {1U, 2U, 3U, 0x80000001U}) {
    masks.emplace_back(rows, units);
    for (float& value : masks.back().values()) value = 1.0F;
    TERSE_DISPATCH(activate)
    ({masks.back().data(), units, 0, rows, units}, bias.data(), dropout_of(0.5, key));
  }
  for (std::size_t a = 0; a < masks.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      double equal = 0.0;
      for (std::size_t i = 0; i < rows * units; ++i) {
        equal += masks[a].values()[i] == masks[b].values()[i];
      }
      EXPECT_NEAR(equal / (rows * units), 0.5, 4.0 * 0.5 / std::sqrt(rows * units));
    }
  }
  // Neighbouring units and rows of one mask.
  for (const std::size_t distance : {std::size_t{1}, std::size_t{16}, units}) {
    double equal = 0.0;
    const auto values = masks[0].values();
    const std::size_t pairs = values.size() - distance;
    for (std::size_t i = 0; i < pairs; ++i) equal += values[i] == values[i + distance];
    EXPECT_NEAR(equal / static_cast<double>(pairs), 0.5, 4.0 * 0.5 / std::sqrt(pairs));
  }
}

TEST_P(ActivationKernels, DropoutDependsOnTheRowAndNotOnHowRowsAreCut) {
  constexpr std::size_t units = 37;
  const base::Matrix bias(1, units);
  base::Matrix whole = normal(10, units, 2);
  base::Matrix parts = whole;
  const Dropout dropout = dropout_of(0.3, 5);
  TERSE_DISPATCH(activate)({whole.data(), units, 0, 10, units}, bias.data(), dropout);
  TERSE_DISPATCH(activate)({parts.data(), units, 0, 4, units}, bias.data(), dropout);
  TERSE_DISPATCH(activate)
  ({parts.data() + 4 * units, units, 4, 6, units}, bias.data(), dropout);
  EXPECT_TRUE(std::ranges::equal(whole.values(), parts.values()));
  base::force_instruction_set(base::InstructionSet::baseline);
  base::Matrix plain = normal(10, units, 2);
  TERSE_DISPATCH(activate)({plain.data(), units, 0, 10, units}, bias.data(), dropout);
  EXPECT_TRUE(std::ranges::equal(whole.values(), plain.values()));
}

TEST_P(ActivationKernels, BackwardPassesGradientsOfPositiveOutputs) {
  for (const std::size_t units : {5U, 16U, 50U}) {
    base::Matrix gradient = normal(3, units, 1);
    const base::Matrix before = gradient;
    base::Matrix outputs = normal(3, units, 2);
    outputs(1, 2) = 0.0F;
    TERSE_DISPATCH(activate_backward)({gradient.data(), units, 0, 3, units}, outputs.data(), 1.25F);
    for (std::size_t i = 0; i < 3 * units; ++i) {
      ASSERT_EQ(gradient.values()[i],
                outputs.values()[i] > 0.0F ? before.values()[i] * 1.25F : 0.0F);
    }
  }
}

TEST_P(ActivationKernels, ColumnSumsEqualPlainSums) {
  for (const std::size_t units : {1U, 16U, 63U, 64U, 65U, 200U}) {
    const base::Matrix values = normal(33, units, units);
    std::vector<float> sums(units, 99.0F);
    TERSE_DISPATCH(sum_columns)(values.data(), 33, units, units, sums.data());
    for (std::size_t u = 0; u < units; ++u) {
      double sum = 0.0;
      for (std::size_t r = 0; r < 33; ++r) sum += static_cast<double>(values(r, u));
      ASSERT_NEAR(sums[u], sum, 1e-5);
    }
  }
}

TEST_P(ActivationKernels, StepsAndTheirGradientsEqualTheClosedForm) {
  constexpr std::size_t count = 48;
  const base::Matrix readings = normal(1, count, 3);
  const base::Matrix gradients = normal(1, count, 4);
  for (const double temperature : {1.0, 0.1, 0.001}) {
    const auto rate = static_cast<float>(1.0 / temperature);
    std::vector<float> sums(count, 0.5F);
    TERSE_DISPATCH(add_steps)(readings.data(), count, 0.25F, rate, sums.data());
    const float gradient =
        TERSE_DISPATCH(step_gradient)(readings.data(), count, 0.25F, rate, gradients.data());
    double expected = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      const double z = (static_cast<double>(readings(0, i)) - 0.25) * static_cast<double>(rate);
      const double step = 1.0 / (1.0 + std::exp(-z));
      ASSERT_NEAR(sums[i], 0.5 + step, 1e-6);
      expected += step * (1.0 - step) * static_cast<double>(gradients(0, i));
    }
    EXPECT_NEAR(gradient, expected, 2e-6);
  }
}

INSTANTIATE_TEST_SUITE_P(PerCpu, ActivationKernels,
                         testing::ValuesIn(base::supported_instruction_sets()),
                         [](const auto& test) { return std::string(name(test.param)); });

}  // namespace
}  // namespace terse::inference
