#include "terse/allocate/knapsack.h"

#include <gtest/gtest.h>

#include "terse/base/random.h"

namespace terse::allocate {
namespace {

std::vector<std::vector<Choice>> random_layers(std::uint64_t seed, std::size_t count) {
  base::Random random(seed);
  std::vector<std::vector<Choice>> layers(count);
  for (auto& layer : layers) {
    for (int c = 0; c < 4; ++c) {
      layer.push_back({static_cast<double>(random.below(20)), random.uniform()});
    }
  }
  return layers;
}

// All 4^n ways.
double least_harm_by_trying(const std::vector<std::vector<Choice>>& layers, double budget) {
  double best = 1e30;
  std::size_t ways = 1;
  for (std::size_t l = 0; l < layers.size(); ++l) ways *= 4;
  for (std::size_t way = 0; way < ways; ++way) {
    double cost = 0.0;
    double harm = 0.0;
    std::size_t rest = way;
    for (const auto& layer : layers) {
      cost += layer[rest % 4].cost;
      harm += layer[rest % 4].harm;
      rest /= 4;
    }
    if (cost <= budget) best = std::min(best, harm);
  }
  return best;
}

TEST(Knapsack, IsAsGoodAsTryingEverything) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto layers = random_layers(seed, 5);
    for (const double budget : {10.0, 30.0, 45.0, 80.0}) {
      const auto choice = least_harm(layers, budget);
      const double expected = least_harm_by_trying(layers, budget);
      ASSERT_EQ(choice.has_value(), expected < 1e29);
      if (!choice) continue;
      double cost = 0.0;
      double harm = 0.0;
      for (std::size_t l = 0; l < layers.size(); ++l) {
        cost += layers[l][(*choice)[l]].cost;
        harm += layers[l][(*choice)[l]].harm;
      }
      EXPECT_LE(cost, budget);
      EXPECT_NEAR(harm, expected, 1e-12);
    }
  }
}

TEST(Knapsack, TradesCostMoreAndHarmLessOneAfterTheOther) {
  const auto layers = random_layers(3, 5);
  double cost_before = -1.0;
  double harm_before = 1e30;
  for (const auto& trade : best_trades(layers)) {
    double cost = 0.0;
    double harm = 0.0;
    for (std::size_t l = 0; l < layers.size(); ++l) {
      cost += layers[l][trade[l]].cost;
      harm += layers[l][trade[l]].harm;
    }
    EXPECT_GT(cost, cost_before);
    EXPECT_LT(harm, harm_before);
    EXPECT_NEAR(harm, least_harm_by_trying(layers, cost), 1e-12);
    cost_before = cost;
    harm_before = harm;
  }
}

}  // namespace
}  // namespace terse::allocate
