#include "terse/quantize/soft_step.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "terse/quantize/thresholds.h"

namespace terse::quantize {
namespace {

const std::vector<double> temperatures = {1, 0.3, 0.1, 0.03, 0.01};

TEST(SoftStep, IsTheLogisticFunction) {
  EXPECT_EQ(soft_step(0.7, 0.7, 0.01), 0.5);
  EXPECT_NEAR(soft_step(2, 1, 1), 0.731058578630005, 1e-15);
  EXPECT_NEAR(soft_step(1, 2, 0.5), 0.119202922022118, 1e-15);
  // (1 + tanh(z / 2)) / 2 is the same function, written without exp.
  for (const double distance : {-30.0, -3.0, -0.1, 0.4, 5.0}) {
    EXPECT_NEAR(soft_step(distance, 0, 0.5), (1 + std::tanh(distance)) / 2, 1e-15);
  }
}

TEST(SoftStep, NeitherOverflowsNorLosesSmallValues) {
  EXPECT_EQ(soft_step(1e6, 0, 1e-4), 1);
  EXPECT_EQ(soft_step(-1e6, 0, 1e-4), 0);
  EXPECT_NEAR(soft_step(-100, 0, 1) / std::exp(-100), 1, 1e-14);
  const SoftStepSlope slope = soft_step_slope(1e6, 0, 1e-4);
  EXPECT_EQ(slope.reading, 0);
  EXPECT_EQ(slope.temperature, 0);
}

TEST(SoftStepSlope, AgreesWithCentralDifferences) {
  for (const double temperature : temperatures) {
    for (const double distance : {-4.0, -1.0, -0.2, 0.0, 0.3, 2.0}) {
      const double threshold = 0.25;
      const double reading = threshold + distance * temperature;
      const double h = 1e-5 * temperature;
      const SoftStepSlope slope = soft_step_slope(reading, threshold, temperature);
      const auto difference = [&](double dx, double dt, double dtau) {
        return (soft_step(reading + dx, threshold + dt, temperature + dtau) -
                soft_step(reading - dx, threshold - dt, temperature - dtau)) /
               (2 * h);
      };
      const double bound = 1e-8 / temperature;
      EXPECT_NEAR(slope.reading, difference(h, 0, 0), bound);
      EXPECT_NEAR(slope.threshold, difference(0, h, 0), bound);
      EXPECT_NEAR(slope.temperature, difference(0, 0, h), bound);
    }
  }
}

TEST(SoftStepSlope, IsSteepestAtTheThreshold) {
  EXPECT_EQ(soft_step_slope(1, 1, 0.5).reading, 0.5);
  EXPECT_EQ(soft_step_slope(1, 1, 0.5).threshold, -0.5);
  EXPECT_EQ(soft_step_slope(1, 1, 0.5).temperature, 0);
}

TEST(SoftCode, ApproachesTheCodeAsItCools) {
  const std::vector<float> thresholds = {0.5F, -1.0F, 0.5F, 2.0F};
  for (const float reading : {-2.0F, -0.9F, 0.4F, 0.6F, 2.2F}) {
    EXPECT_NEAR(soft_code(reading, thresholds, 1e-3), code_of(reading, thresholds), 1e-12);
  }
  EXPECT_NEAR(soft_code(0.5, thresholds, 1e-4), 2.0, 1e-12);
  EXPECT_EQ(soft_code(0.5, {}, 1), 0);
}

}  // namespace
}  // namespace terse::quantize
