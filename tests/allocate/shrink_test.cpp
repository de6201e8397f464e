#include "terse/allocate/shrink.h"

#include <gtest/gtest.h>

#include "allocate/example_table.h"
#include "terse/base/error.h"

namespace terse::allocate {
namespace {

// Two networks with thresholds of their own keep the same number of levels, and special levels keep
// count of what they stand for.
std::vector<ShrinkingNetwork> two_networks() {
  std::vector<ShrinkingNetwork> networks(2);
  for (std::size_t m = 0; m < 2; ++m) {
    ShrinkingNetwork& network = networks[m];
    network.table = example_special_table();
    if (m == 1) {
      for (float& value : network.table.rows.values()) value *= -1.5F;
    }
    network.inputs = example_special_inputs(400);
    network.measured = example_special_inputs(200);
    for (std::size_t r = 0; r < 400; ++r) network.targets.push_back(network.inputs(r, 1) / 64.0F);
    network.measured_targets.assign(network.targets.begin(), network.targets.begin() + 200);
    network.special = {{0}, {0, 1, 2, 3}};
  }
  return networks;
}

class Shrink : public testing::TestWithParam<Policy> {};

TEST_P(Shrink, InStep) {
  std::vector<ShrinkingNetwork> networks = two_networks();
  train::Options training;
  training.hidden = {4};
  training.epochs = 1;
  std::uint64_t round = 0;
  const ShrinkOptions options{.policy = GetParam(), .epochs = 1};
  shrink(networks, 3.2, {}, training, options, round);
  EXPECT_GE(round, 1U);
  EXPECT_LE(information_bits(networks[0].table.levels()), 3.2);
  EXPECT_EQ(networks[0].table.levels(), networks[1].table.levels());
  for (const ShrinkingNetwork& network : networks) {
    EXPECT_EQ(network.inputs.columns(), 2 + network.table.special_levels());
    EXPECT_EQ(network.measured.columns(), network.inputs.columns());
    for (std::size_t f = 0; f < 2; ++f) {
      for (const std::size_t level : network.special[f]) {
        EXPECT_LT(level, network.table.shapes[f].special);
      }
      EXPECT_EQ(network.special[f].empty(), network.table.levels(f) == 1);
    }
  }
  const std::uint64_t before = round;
  shrink(networks, 3.2, {}, training, options, round);
  EXPECT_EQ(round, before);
}

INSTANTIATE_TEST_SUITE_P(Policies, Shrink,
                         testing::Values(Policy::pruning, Policy::sensitivity, Policy::exact));

TEST(ShrinkOnce, TakesOneRound) {
  for (const Policy policy : {Policy::sensitivity, Policy::exact}) {
    std::vector<ShrinkingNetwork> networks = two_networks();
    train::Options training;
    training.hidden = {4};
    training.epochs = 1;
    std::uint64_t round = 0;
    shrink(networks, 0.5, {}, training, {.policy = policy, .epochs = 1}, round);
    EXPECT_EQ(round, 1U);
  }
}

TEST(ShrinkUnderALasso, EndsWithinTheBudget) {
  std::vector<ShrinkingNetwork> networks(2);
  for (ShrinkingNetwork& network : networks) {
    network.table = level_table(example_parameters());
    network.inputs = example_inputs(300);
    for (std::size_t r = 0; r < 300; ++r) network.targets.push_back(network.inputs(r, 2));
    network.measured = network.inputs;
    network.measured_targets = network.targets;
    network.special.resize(3);
  }
  train::Options training;
  training.hidden = {4, 3};
  training.epochs = 1;
  std::uint64_t round = 0;
  shrink(networks, 1.2, {}, training, {.policy = Policy::lasso, .epochs = 2}, round);
  EXPECT_LE(information_bits(networks[0].table.levels()), 1.2);
  EXPECT_EQ(networks[0].table.levels(), networks[1].table.levels());
}

TEST(ShrinkUnderALasso, IsForNumbersAlone) {
  std::vector<ShrinkingNetwork> networks = two_networks();
  train::Options training;
  training.hidden = {4};
  std::uint64_t round = 0;
  EXPECT_THROW(shrink(networks, 3.2, {}, training, {.policy = Policy::lasso}, round),
               base::InputError);
}

}  // namespace
}  // namespace terse::allocate
