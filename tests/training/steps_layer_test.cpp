#include "terse/training/steps_layer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "terse/base/cpu.h"
#include "terse/base/random.h"
#include "training/steps_reference.h"

namespace terse::training {
namespace {

constexpr StepsPath all_paths[] = {StepsPath::dense, StepsPath::band, StepsPath::exponential,
                                   StepsPath::automatic};
constexpr float temperatures[] = {1.0F, 0.3F, 0.1F, 0.03F, 0.01F, 0.001F, 1e-4F};

// One layer's parameters and a batch for it.
struct Problem {
  base::Matrix inputs;
  quantize::Thresholds thresholds;
  base::Matrix weights;
  std::vector<std::uint32_t> rows;
  base::Matrix output_gradient;
};

struct Shape {
  std::vector<std::size_t> counts;
  std::size_t units = 33;
  std::size_t batch = 100;
  bool heavy_tails = false;
  bool shuffled = false;  // thresholds in no order
};

float draw(base::Random& random, bool heavy_tails) {
  const double normal = random.normal();
  if (!heavy_tails) return static_cast<float>(normal);
  // Cauchy: ratio of normals, most readings close together, some thousands away.
  return static_cast<float>(0.1 * normal / std::max(1e-4, std::abs(random.normal())));
}

Problem make(const Shape& shape, std::uint64_t seed = 1) {
  base::Random random(seed);
  Problem problem;
  const std::size_t features = shape.counts.size();
  problem.inputs = base::Matrix(3 * shape.batch, features);
  for (float& value : problem.inputs.values()) value = draw(random, shape.heavy_tails);
  for (const std::size_t count : shape.counts) {
    std::vector<float> values(count);
    for (float& value : values) value = draw(random, shape.heavy_tails);
    if (!shape.shuffled) std::sort(values.begin(), values.end());
    problem.thresholds.add_feature(values);
  }
  problem.weights = base::Matrix(shape.units, problem.thresholds.values.size());
  for (float& value : problem.weights.values()) value = static_cast<float>(random.normal());
  problem.rows.resize(shape.batch);
  for (auto& row : problem.rows) {
    row = static_cast<std::uint32_t>(random.below(problem.inputs.rows()));
  }
  problem.output_gradient = base::Matrix(shape.batch, shape.units);
  for (float& value : problem.output_gradient.values()) {
    value = static_cast<float>(random.normal());
  }
  return problem;
}

struct Result {
  base::Matrix output;
  StepsGradients gradients;
};

StepsLayerOptions options_for(const Problem& problem, StepsPath path, bool soft = true) {
  StepsLayerOptions options;
  options.units = problem.weights.rows();
  options.batch_rows_max = problem.rows.size() + 5;
  options.soft = soft;
  options.path = path;
  return options;
}

Result run(StepsLayer& layer, const Problem& problem, float temperature, unsigned threads = 1) {
  Result result;
  result.output = base::Matrix(problem.rows.size(), problem.weights.rows());
  Team team(threads);
  team.run([&](Member& member) {
    layer.forward(member, problem.rows, temperature, result.output);
    member.barrier();
    layer.gradients(member, problem.rows, temperature, problem.output_gradient, result.gradients);
  });
  return result;
}

Result run(const Problem& problem, StepsPath path, float temperature, bool soft = true,
           unsigned threads = 1) {
  StepsLayer layer(options_for(problem, path, soft), problem.inputs, problem.thresholds,
                   problem.weights, threads);
  return run(layer, problem, temperature, threads);
}

// Largest difference as a part of the largest reference value, or of `scale` if that is larger.
double error(std::span<const float> values, const std::vector<double>& reference,
             double scale = 0.0) {
  EXPECT_EQ(values.size(), reference.size());
  double largest = std::max(scale, 1e-30);
  double difference = 0.0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    largest = std::max(largest, std::abs(reference[i]));
    const double distance = std::abs(values[i] - reference[i]);
    difference = std::isfinite(distance) ? std::max(difference, distance)
                                         : std::numeric_limits<double>::infinity();
  }
  return difference / largest;
}

// At low temperatures no reading may lie near a threshold; the gradient of the thresholds is then
// next to nothing, and its error is measured against what one reading near one would give.
void expect_exact(const Problem& problem, float temperature, bool soft = true,
                  unsigned threads = 1) {
  ReferenceSteps reference(problem.thresholds, problem.weights, soft);
  reference.forward(problem.inputs, problem.rows, temperature);
  reference.gradients(problem.inputs, problem.rows, temperature, problem.output_gradient);
  for (const StepsPath path : all_paths) {
    SCOPED_TRACE("path " + std::to_string(static_cast<int>(path)) + " temperature " +
                 std::to_string(temperature));
    const Result result = run(problem, path, temperature, soft, threads);
    EXPECT_LT(error(result.output.values(), reference.output), 2e-6);
    EXPECT_LT(error(result.gradients.weights.values(), reference.weight_gradient), 2e-6);
    EXPECT_LT(error(result.gradients.thresholds, reference.threshold_gradient,
                    reference.threshold_gradient_scale),
              2e-6);
  }
}

TEST(StepsLayer, EveryPathEqualsTheDefinitionAtEveryTemperatureAndWidth) {
  for (std::size_t bits = 1; bits <= 8; ++bits) {
    const std::size_t count = (std::size_t{1} << bits) - 1;
    const Problem problem = make({.counts = {count, count, count}, .units = 20}, bits);
    for (const float temperature : temperatures) expect_exact(problem, temperature);
  }
}

TEST(StepsLayer, HeavyTailsAndThresholdsInNoOrder) {
  for (const bool shuffled : {false, true}) {
    const Problem problem = make({.counts = {255, 31, 100},
                                  .units = 40,
                                  .batch = 130,
                                  .heavy_tails = true,
                                  .shuffled = shuffled});
    for (const float temperature : temperatures) expect_exact(problem, temperature);
  }
}

TEST(StepsLayer, RaggedAndEmptyFeatures) {
  const Problem problem = make({.counts = {0, 1, 255, 2, 0, 17, 64, 0}, .units = 65, .batch = 77});
  for (const float temperature : temperatures) expect_exact(problem, temperature);
}

TEST(StepsLayer, AnyUnitsAndBatch) {
  for (const std::size_t units : {1, 7, 33, 100, 300}) {
    for (const std::size_t batch : {1, 2, 8, 15, 65}) {
      const Problem problem = make({.counts = {40, 3}, .units = units, .batch = batch});
      expect_exact(problem, 0.2F);
      expect_exact(problem, 0.002F);
    }
  }
}

TEST(StepsLayer, EqualThresholdsEqualReadingsAndReadingsOnThresholds) {
  Problem problem = make({.counts = {40, 40, 40}, .units = 16, .batch = 64});
  for (std::size_t j = 0; j < 40; ++j) {
    problem.thresholds.values[j] = 0.5F;
    problem.thresholds.values[40 + j] = 0.25F * static_cast<float>(j / 4);
  }
  for (std::size_t r = 0; r < problem.inputs.rows(); ++r) {
    problem.inputs(r, 0) = r % 3 == 0 ? 0.5F : 0.25F;
    problem.inputs(r, 1) = 0.25F * static_cast<float>(r % 11);
    problem.inputs(r, 2) = 1.0F;
  }
  for (const float temperature : temperatures) expect_exact(problem, temperature);
  expect_exact(problem, 1.0F, false);
}

TEST(StepsLayer, ThresholdsFarFromTheDataAndHugeReadings) {
  Problem problem = make({.counts = {60, 60, 60}, .units = 16, .batch = 64});
  for (std::size_t j = 0; j < 60; ++j) {
    problem.thresholds.values[j] += 1e6F;
    if (j % 2 == 0) problem.thresholds.values[60 + j] = j % 4 == 0 ? -3e38F : 3e38F;
  }
  for (std::size_t r = 0; r < problem.inputs.rows(); ++r) {
    if (r % 5 == 0) problem.inputs(r, 1) = r % 2 == 0 ? 3e38F : -3e38F;
    if (r % 7 == 0) problem.inputs(r, 2) = 1e30F;
  }
  for (const float temperature : temperatures) expect_exact(problem, temperature);
  expect_exact(problem, 1.0F, false);
}

TEST(StepsLayer, HardStepsCountReadingsAboveThresholds) {
  expect_exact(make({.counts = {255, 1, 15, 0, 63}, .units = 33, .batch = 101}), 1.0F, false);
  expect_exact(make({.counts = {3, 3}, .units = 5, .batch = 9}), 1.0F, false);
}

TEST(StepsLayer, ThresholdGradientIsTheSlopeOfTheOutput) {
  // Central differences of sum(output * gradient) in double: error about h^2 / temperature^2.
  const Problem problem = make({.counts = {20, 5}, .units = 8, .batch = 50, .shuffled = true});
  for (const float temperature : {1.0F, 0.1F}) {
    const auto objective = [&](const ReferenceSteps& reference) {
      double total = 0.0;
      for (std::size_t i = 0; i < reference.output.size(); ++i) {
        total += reference.output[i] * problem.output_gradient.values()[i];
      }
      return total;
    };
    std::vector<double> slopes;
    for (std::size_t j = 0; j < problem.thresholds.values.size(); ++j) {
      double ends[2];
      for (const int side : {0, 1}) {
        ReferenceSteps moved(problem.thresholds, problem.weights, true);
        moved.thresholds[j] += (side == 0 ? -1e-5 : 1e-5) * temperature;
        moved.forward(problem.inputs, problem.rows, temperature);
        ends[side] = objective(moved);
      }
      slopes.push_back((ends[1] - ends[0]) / (2e-5 * temperature));
    }
    for (const StepsPath path : all_paths) {
      EXPECT_LT(error(run(problem, path, temperature).gradients.thresholds, slopes), 2e-6);
    }
  }
}

struct Distance {
  double output;      // largest over the steps
  double parameters;  // after the last step
};

// 40 Adam steps over a falling temperature, against the same in double precision.
//
// A threshold's rounding (6e-8 of it, and what 40 updates add) moves a step on it by that over the
// temperature, in the end 1e-4: outputs then differ by parts in a thousand, on every path. And a
// threshold no reading is near has gradients whose square no float holds, where Adam's ratio, and
// so its move of up to 1e-3, is arbitrary.
Distance distance_after_schedule(const Problem& problem, StepsPath path, bool soft,
                                 bool expect_switches = false) {
  auto options = options_for(problem, path, soft);
  options.threshold_rate_factor = 3.0F;
  StepsLayer layer(options, problem.inputs, problem.thresholds, problem.weights, 2);
  ReferenceSteps reference(problem.thresholds, problem.weights, soft);
  Team team(2);
  base::Matrix output(problem.rows.size(), options.units);
  std::vector<StepsPath> paths;
  double worst = 0.0;
  for (std::uint64_t step = 1; step <= 40; ++step) {
    const auto temperature = static_cast<float>(std::pow(1e-4, static_cast<double>(step) / 40.0));
    // Fewer rows on some steps, as the last batch of an epoch.
    const std::size_t rows = step % 5 == 0 ? problem.rows.size() / 3 : problem.rows.size();
    const std::span<const std::uint32_t> batch(problem.rows.data(), rows);
    base::MatrixView part(output.data(), rows, options.units);
    const base::ConstMatrixView gradient(problem.output_gradient.data(), rows, options.units);
    team.run([&](Member& member) {
      layer.forward(member, batch, temperature, part);
      member.barrier();
      layer.backward(member, batch, temperature, gradient, AdamStep::at(step, 1e-3));
    });
    paths.push_back(layer.last_path());
    reference.forward(problem.inputs, batch, temperature);
    worst = std::max(worst, error({output.data(), rows * options.units}, reference.output));
    reference.gradients(problem.inputs, batch, temperature, gradient);
    reference.update(step, 1e-3, 3e-3);
  }
  if (expect_switches) {
    EXPECT_NE(paths.front(), paths.back());
  }
  return {worst, std::max(error(layer.weights().values(), reference.weights),
                          error(layer.thresholds().values, reference.thresholds))};
}

void expect_close(const Distance& distance) {
  EXPECT_LT(distance.output, 4e-3);
  EXPECT_LT(distance.parameters, 5e-4);
}

TEST(StepsLayer, AdamOverAScheduleStaysWithTheReference) {
  const Problem problem = make({.counts = {255, 100, 3}, .units = 33, .batch = 90});
  for (const StepsPath path : all_paths) {
    SCOPED_TRACE("path " + std::to_string(static_cast<int>(path)));
    expect_close(distance_after_schedule(problem, path, true, path == StepsPath::automatic));
    const Distance hard = distance_after_schedule(problem, path, false);
    EXPECT_LT(hard.output, 2e-6);
    EXPECT_LT(hard.parameters, 2e-6);
  }
}

TEST(StepsLayer, AdamOverAScheduleWhereTheDirectionsTakeDifferentPaths) {
  // At 15 thresholds a feature the dense forward and the sorted backward are cheapest together.
  const Problem problem = make({.counts = {15, 15, 15, 15}, .units = 64, .batch = 256});
  expect_close(distance_after_schedule(problem, StepsPath::automatic, true));
}

void expect_same_bits(const Result& one, const Result& other) {
  EXPECT_TRUE(std::ranges::equal(one.output.values(), other.output.values()));
  EXPECT_TRUE(std::ranges::equal(one.gradients.weights.values(), other.gradients.weights.values()));
  EXPECT_EQ(one.gradients.thresholds, other.gradients.thresholds);
}

TEST(StepsLayer, RepeatsDoNotChangeABit) {
  const Problem problem = make({.counts = {255, 15, 63}, .units = 100, .batch = 120});
  for (const StepsPath path : all_paths) {
    for (const float temperature : {0.5F, 0.005F}) {
      for (const unsigned threads : {1U, 2U, 3U}) {
        expect_same_bits(run(problem, path, temperature, true, threads),
                         run(problem, path, temperature, true, threads));
      }
    }
  }
}

// oneDNN's product of a slice of rows may round otherwise than that of all of them: on processors
// with AVX2 alone it chooses its kernel by the sizes. Our own kernels have no such freedom.
TEST(StepsLayer, MembersChangeNothingButTheRoundingOfDenseProducts) {
  const Problem problem = make({.counts = {255, 15, 63}, .units = 100, .batch = 120});
  for (const float temperature : {0.5F, 0.005F}) {
    for (const unsigned threads : {2U, 3U}) {
      for (const StepsPath path : {StepsPath::band, StepsPath::exponential}) {
        expect_same_bits(run(problem, path, temperature),
                         run(problem, path, temperature, true, threads));
      }
      expect_exact(problem, temperature, true, threads);
    }
  }
}

TEST(StepsLayer, EveryInstructionSetIsRight) {
  const base::InstructionSet before = base::instruction_set();
  const Problem problem = make({.counts = {255, 7, 40}, .units = 50, .batch = 70});
  for (const base::InstructionSet set : base::supported_instruction_sets()) {
    SCOPED_TRACE(std::string(name(set)));
    base::force_instruction_set(set);
    for (const float temperature : temperatures) expect_exact(problem, temperature);
    expect_exact(problem, 1.0F, false);
    expect_close(distance_after_schedule(problem, StepsPath::automatic, true));
  }
  base::force_instruction_set(before);
}

TEST(StepsLayer, NoThresholdsGiveZeros) {
  const Problem problem = make({.counts = {0, 0}, .units = 4, .batch = 3});
  for (const StepsPath path : all_paths) {
    const Result result = run(problem, path, 0.5F);
    for (const float value : result.output.values()) EXPECT_EQ(value, 0.0F);
    EXPECT_TRUE(result.gradients.thresholds.empty());
  }
}

TEST(StepsLayer, WeightsAndThresholdsComeBackAsGiven) {
  const Problem problem = make({.counts = {100, 3}, .units = 37, .shuffled = true});
  for (const StepsPath path : all_paths) {
    const StepsLayer layer(options_for(problem, path), problem.inputs, problem.thresholds,
                           problem.weights, 1);
    EXPECT_EQ(layer.thresholds().values, problem.thresholds.values);
    EXPECT_EQ(layer.thresholds().offsets, problem.thresholds.offsets);
    EXPECT_TRUE(std::ranges::equal(layer.weights().values(), problem.weights.values()));
  }
}

}  // namespace
}  // namespace terse::training
