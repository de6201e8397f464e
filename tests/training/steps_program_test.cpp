#include "terse/training/steps_program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "terse/base/random.h"

namespace terse::training {
namespace {

struct Points {
  std::vector<float> position;
  std::vector<std::uint32_t> index;
  SortedPoints view() const { return {position, index}; }
};

Points draw(std::size_t count, std::uint64_t seed) {
  base::Random random(seed);
  Points points;
  points.position.resize(count);
  for (float& value : points.position) value = static_cast<float>(random.normal());
  std::sort(points.position.begin(), points.position.end());
  points.index.resize(count);
  std::iota(points.index.begin(), points.index.end(), 0U);
  return points;
}

StepsProgramRequest request_for(const Points& targets, const Points& sources, float temperature) {
  StepsProgramRequest request;
  request.targets = targets.view();
  request.sources = sources.view();
  request.temperature = temperature;
  request.padding_index = 999;
  return request;
}

TEST(StepsProgram, EveryPairIsNearOrFarOnItsOwnSide) {
  const Points targets = draw(101, 1);
  const Points sources = draw(63, 2);
  for (const bool soft : {true, false}) {
    for (const float temperature : {1.0F, 0.02F, 1e-4F}) {
      auto request = request_for(targets, sources, temperature);
      request.far = StepsFar::saturated;
      request.soft = soft;
      StepsProgramBuilder builder;
      const StepsProgram& program = builder.build(request);
      ASSERT_EQ(program.blocks, 13U);
      for (std::size_t block = 0; block < program.blocks; ++block) {
        const std::size_t begin = program.near_begin[block];
        const std::size_t end = program.near_end[block];
        ASSERT_LE(begin, end);
        if (block > 0) {
          EXPECT_GE(begin, program.near_begin[block - 1]);
          EXPECT_GE(end, program.near_end[block - 1]);
        }
        for (std::size_t t = 0; t < forward_block; ++t) {
          const std::size_t target = std::min<std::size_t>(block * forward_block + t, 100);
          for (std::size_t s = 0; s < sources.position.size(); ++s) {
            const double z =
                (static_cast<double>(targets.position[target]) - sources.position[s]) / temperature;
            const double exact = soft ? 1.0 / (1.0 + std::exp(-z)) : (z > 0.0 ? 1.0 : 0.0);
            const double planned =
                s < begin ? 1.0
                : s >= end
                    ? 0.0
                    : program
                          .near_step[program.near_offset[block] + (s - begin) * forward_block + t];
            ASSERT_NEAR(planned, exact, 2e-7 + 1e-7 / temperature * exact * (1.0 - exact));
          }
        }
      }
    }
  }
}

TEST(StepsProgram, PaddingGoesWhereItWasSent) {
  const Points targets = draw(9, 1);
  const Points sources = draw(5, 2);
  StepsProgramBuilder builder;
  const StepsProgram& program = builder.build(request_for(targets, sources, 0.1F));
  EXPECT_EQ(program.target_index[8], 8U);
  for (std::size_t t = 9; t < 16; ++t) EXPECT_EQ(program.target_index[t], 999U);
}

TEST(StepsProgram, HighTemperaturesTakeExponentialsLowOnesDoNot) {
  const Points targets = draw(512, 1);
  const Points sources = draw(255, 2);
  StepsProgramBuilder builder;
  EXPECT_TRUE(builder.build(request_for(targets, sources, 1.0F)).exponential);
  const double cost = builder.cost();
  EXPECT_FALSE(builder.build(request_for(targets, sources, 1e-4F)).exponential);
  EXPECT_LT(builder.cost(), cost);
}

TEST(StepsProgram, ExponentialsPairOnlyNeighbours) {
  const Points targets = draw(512, 1);
  const Points sources = draw(255, 2);
  StepsProgramBuilder builder;
  auto request = request_for(targets, sources, 1.0F);
  request.far = StepsFar::exponential;
  const StepsProgram& program = builder.build(request);
  std::size_t near = 0;
  for (std::size_t b = 0; b < program.blocks; ++b)
    near += program.near_end[b] - program.near_begin[b];
  // A source lies within the span of one block or between two.
  EXPECT_LE(near, sources.position.size());
}

}  // namespace
}  // namespace terse::training
