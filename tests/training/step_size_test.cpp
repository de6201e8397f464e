#include "terse/training/step_size.h"

#include <gtest/gtest.h>

#include <cmath>

#include "quantizer_reference.h"

namespace terse::training {
namespace {

using reference::Batch;

const std::vector<std::size_t> levels = {4, 1, 16, 5};

// Esser et al., section 2.1: 2 mean|x| / sqrt(Q_P), over all rows.
TEST(StepSize, StartsFromTheMeanMagnitude) {
  const Batch batch(5);
  StepSize layer(batch.inputs, levels, batch.rows.size());
  const double bounds[] = {1, 1, 7, 2};
  for (std::size_t f = 0; f < levels.size(); ++f) {
    double mean = 0.0;
    for (std::size_t row = 0; row < batch.inputs.rows(); ++row) {
      mean += std::abs(static_cast<double>(batch.inputs(row, f)));
    }
    mean /= static_cast<double>(batch.inputs.rows());
    EXPECT_NEAR(layer.learned()[f], 2.0 * mean / std::sqrt(bounds[f]), 1e-6);
  }
}

// The surrogate whose slope the method takes: what rounding adds is held fixed, and differences of
// it are taken in double.
double surrogate(double reading, double step, double step_then, double low, double high) {
  const double then = std::clamp(reading / step_then, low, high);
  return step * (std::nearbyint(then) + std::clamp(reading / step, low, high) - then);
}

TEST(StepSize, RoundsAndLearnsStraightThrough) {
  for (const float sign : {1.0F, -1.0F}) {
    for (const unsigned threads : {1U, 2U}) {
      const Batch batch(5);
      StepSize layer(batch.inputs, levels, batch.rows.size());
      std::vector<float> steps(layer.learned().begin(), layer.learned().end());
      for (float& step : steps) step *= sign;
      layer.set_learned(steps);
      const base::Matrix output = batch.run(layer, threads, 1.0F);
      for (std::size_t f = 0; f < levels.size(); ++f) {
        const double low = -std::floor(static_cast<double>(levels[f]) / 2.0);
        const double high = low + static_cast<double>(levels[f]) - 1.0;
        const auto step = static_cast<double>(steps[f]);
        double expected = 0.0;
        for (std::size_t r = 0; r < batch.rows.size(); ++r) {
          const auto reading = static_cast<double>(batch.inputs(batch.rows[r], f));
          const double value = surrogate(reading, step, step, low, high);
          ASSERT_NEAR(output(r, f), value, 1e-5);
          constexpr double h = 1e-6;
          expected += static_cast<double>(batch.gradient(r, f)) *
                      (surrogate(reading, step + h, step, low, high) -
                       surrogate(reading, step - h, step, low, high)) /
                      (2.0 * h);
        }
        const double count = static_cast<double>(batch.rows.size() * levels.size());
        expected /= std::sqrt(count * std::max(1.0, high));
        ASSERT_NEAR(layer.gradient()[f], expected, 1e-4 * (1.0 + std::abs(expected))) << f;
      }
      EXPECT_EQ(output(1, 4), batch.inputs(batch.rows[1], 4));  // behind the features
    }
  }
}

TEST(StepSize, HardenedItGivesTheSameValues) {
  for (const float sign : {1.0F, -1.0F}) {
    const Batch batch(5);
    StepSize layer(batch.inputs, levels, batch.rows.size());
    std::vector<float> steps(layer.learned().begin(), layer.learned().end());
    for (float& step : steps) step *= sign;
    layer.set_learned(steps);
    const base::Matrix output = batch.run(layer, 1, 1.0F);
    inference::Parameters hard;
    layer.harden(hard);
    batch.expect_hard(hard, levels, output);
  }
}

TEST(StepSize, ConstantReadingsStayFinite) {
  const Batch batch(5);
  const base::Matrix zeros(batch.inputs.rows(), 5);
  StepSize layer(zeros, levels, batch.rows.size());
  EXPECT_EQ(layer.learned()[0], 1.0F);
  layer.set_learned(std::vector<float>(4, 0.0F));
  const base::Matrix output = batch.run(layer, 1, 1.0F);
  for (const float value : output.values()) EXPECT_EQ(value, 0.0F);
  for (const float value : layer.gradient()) EXPECT_TRUE(std::isfinite(value));
}

}  // namespace
}  // namespace terse::training
