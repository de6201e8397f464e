#include "terse/allocate/mean_targets.h"

#include <gtest/gtest.h>

#include <cmath>

#include "terse/base/random.h"

namespace terse::allocate {
namespace {

ShrinkingNetwork rows_of(const std::vector<float>& readings, const std::vector<float>& targets) {
  ShrinkingNetwork network;
  network.inputs = base::Matrix(readings.size(), 1);
  for (std::size_t i = 0; i < readings.size(); ++i) network.inputs(i, 0) = readings[i];
  network.targets = targets;
  network.measured = network.inputs;
  network.measured_targets = targets;
  return network;
}

TEST(MeanTargets, WithoutNoiseEachMessageHasItsTarget) {
  const std::vector<float> readings = {0, 0, 0, 1, 1, 2, 2, 2};
  const ShrinkingNetwork network = rows_of(readings, {3, 3, 3, 9, 9, -6, -6, -6});
  const Task task;
  MeanTargets means(network, task);
  // (9 * 3 + 81 * 2 + 36 * 3) / 8 - (9 / 8)^2
  EXPECT_NEAR(means.measured_loss(), 297.0 / 8.0 - 81.0 / 64.0, 1e-5);
  means.split(feature_codes(network, 0, std::vector<float>{0.5F, 1.5F}));
  EXPECT_NEAR(means.measured_loss(), 0.0, 1e-9);
}

// Where readings say nothing, their means stay at that of all rows, however few rows they have.
TEST(MeanTargets, NoiseIsDrawnToTheMeanOfAll) {
  base::Random random(2);
  std::vector<float> readings;
  std::vector<float> targets;
  for (int i = 0; i < 400; ++i) {
    readings.push_back(static_cast<float>(i));
    targets.push_back(static_cast<float>(random.normal()));
  }
  ShrinkingNetwork network = rows_of(readings, targets);
  for (float& target : network.measured_targets) target = static_cast<float>(random.normal());
  const Task task;
  MeanTargets means(network, task);
  const double before = means.measured_loss();
  std::vector<float> thresholds;
  for (int i = 0; i < 199; ++i) thresholds.push_back(2.0F * static_cast<float>(i) + 1.5F);
  means.split(feature_codes(network, 0, thresholds));
  EXPECT_LT(means.measured_loss(), 1.15 * before);
}

TEST(MeanTargets, ClassesHaveSharesAndWeightsCount) {
  ShrinkingNetwork network = rows_of({0, 0, 1, 1}, {0, 1, 1, 1});
  network.weights = {3, 1, 1, 1};
  const Task task{.classes = 2, .class_weights = {}};
  const MeanTargets means(network, task);
  // Half of the weight each.
  EXPECT_NEAR(means.measured_loss(), std::log(2.0), 1e-6);
}

}  // namespace
}  // namespace terse::allocate
