#include "terse/compress/sigmaquant.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace terse::compress {
namespace {

// A made-up network: layer l adds weight[l] * 4^-bits to the loss; bits cost their sum.
struct MadeUp {
  std::vector<double> weight;

  Plant plant() const {
    Plant plant;
    plant.deviations = weight;
    plant.cost = [](const std::vector<unsigned>& widths) {
      return std::accumulate(widths.begin(), widths.end(), 0.0);
    };
    plant.train = [*this](const std::vector<unsigned>& widths) {
      double loss = 1.0;
      for (std::size_t l = 0; l < widths.size(); ++l) {
        loss += weight[l] * std::pow(4.0, -double(widths[l]));
      }
      return loss;
    };
    plant.divergences = [*this](const std::vector<unsigned>& widths) {
      std::vector<double> result;
      for (std::size_t l = 0; l < widths.size(); ++l) {
        result.push_back(weight[l] * std::pow(4.0, -double(widths[l])));
      }
      return result;
    };
    return plant;
  }
};

const MadeUp example{{0.1, 40.0, 1.0, 8.0, 0.4}};

TEST(SigmaQuant, MeetsTargetsThatCanBeMet) {
  const LoopResult result = sigmaquant(example.plant(), {26.0, 1.05});
  EXPECT_EQ(result.status, Status::target);
  EXPECT_LE(example.plant().cost(result.widths), 26.0);
  EXPECT_LE(example.plant().train(result.widths), 1.05);
  EXPECT_EQ(result.trace.back().widths, result.widths);
  EXPECT_EQ(result.trace.front().action, "clusters");
}

TEST(SigmaQuant, RaisesTheTwoOfHighestDivergenceWhenLossIsShort) {
  MadeUp made_up = example;
  Plant plant = made_up.plant();
  plant.deviations = {1.0, 1.0, 1.0, 1.0, 1.0};  // one cluster: 4 bits each
  const LoopResult result = sigmaquant(plant, {40.0, 1.01});
  ASSERT_GE(result.trace.size(), 2U);
  EXPECT_EQ(result.trace[0].widths, (std::vector<unsigned>{4, 4, 4, 4, 4}));
  EXPECT_EQ(result.trace[1].action, "raise");
  EXPECT_EQ(result.trace[1].widths, (std::vector<unsigned>{4, 6, 4, 6, 4}));
  EXPECT_EQ(result.status, Status::target);
}

TEST(SigmaQuant, LowersTheTwoOfLowestDivergenceWhenCostIsShort) {
  Plant plant = example.plant();
  plant.deviations = {1.0, 1.0, 1.0, 1.0, 1.0};
  const LoopResult result = sigmaquant(plant, {16.0, 2.0});
  ASSERT_GE(result.trace.size(), 2U);
  EXPECT_EQ(result.trace[1].action, "lower");
  EXPECT_EQ(result.trace[1].widths, (std::vector<unsigned>{2, 4, 4, 4, 2}));
  EXPECT_EQ(result.status, Status::target);
}

TEST(SigmaQuant, SaysWhenTheLossIsOutOfReachButFits) {
  const LoopResult result = sigmaquant(example.plant(), {20.0, 0.9});
  EXPECT_EQ(result.status, Status::best_effort);
  EXPECT_LE(example.plant().cost(result.widths), 20.0);
  EXPECT_FALSE(result.end.empty());
}

TEST(SigmaQuant, AbandonsWhatIsFarFromBothAndStillFits) {
  Plant plant = example.plant();
  plant.deviations = {1.0, 1.0, 1.0, 1.0, 1.0};
  const LoopResult result = sigmaquant(plant, {12.0, 0.5});
  EXPECT_NE(result.end.find("abandoned"), std::string::npos);
  EXPECT_EQ(result.trace.back().action, "fit");
  EXPECT_LE(example.plant().cost(result.widths), 12.0);
}

TEST(SigmaQuant, SaysWhenNothingFits) {
  const LoopResult result = sigmaquant(example.plant(), {9.0, 1.0});
  EXPECT_EQ(result.status, Status::infeasible);
  EXPECT_EQ(name(result.status), "Infeasible");
}

// A network that every training spoils a little more: moves after the first ones start from the
// best weights again, not from spoilt ones.
TEST(SigmaQuant, RestoresTheBestWeightsWhenPatienceEnds) {
  double spoilt = 0.0;
  double kept = -1.0;
  std::vector<double> restored;
  Plant plant = example.plant();
  plant.deviations = {1.0, 1.0, 1.0, 1.0, 1.0};
  plant.train = [&](const std::vector<unsigned>&) { return 2.0 + spoilt++; };
  plant.keep = [&] { kept = spoilt; };
  plant.restore = [&] { restored.push_back(spoilt = kept); };
  const LoopResult result = sigmaquant(plant, {100.0, 1.9});
  // The first measurement is the best; three moves are tried from it, then three of one layer.
  EXPECT_EQ(restored, (std::vector<double>{1.0, 1.0}));
  ASSERT_EQ(result.trace.size(), 7U);
  EXPECT_EQ(result.widths, result.trace[0].widths);
  EXPECT_EQ(result.trace[4].loss, 3.0) << "trained on from the best weights";
  for (std::size_t l = 0; l < result.widths.size(); ++l) {
    EXPECT_LE(result.trace[4].widths[l], result.widths[l] + 2) << "moved on from the best widths";
  }
  EXPECT_EQ(std::accumulate(result.trace[4].widths.begin(), result.trace[4].widths.end(), 0U),
            std::accumulate(result.widths.begin(), result.widths.end(), 0U) + 2);
}

// Whatever the targets: it ends, moves by the rules, and returns the best it has seen.
TEST(SigmaQuant, ReturnsTheBestItHasSeen) {
  for (double cost = 10.0; cost <= 40.0; cost += 2.0) {
    for (double loss = 1.0; loss < 1.5; loss += 0.02) {
      const LoopTargets targets{cost, loss};
      const LoopResult result = sigmaquant(example.plant(), targets);
      ASSERT_LT(result.trace.size(), 60U);
      const auto found = std::ranges::find(result.trace, result.widths, &Step::widths);
      ASSERT_NE(found, result.trace.end());
      for (const Step& step : result.trace) {
        for (const unsigned bits : step.widths) EXPECT_TRUE(bits >= 2 && bits <= 8);
        if (step.cost <= cost) {
          EXPECT_LE(found->cost, cost);
          EXPECT_LE(std::max(loss, found->loss), std::max(loss, step.loss) + 1e-12);
        }
      }
    }
  }
}

}  // namespace
}  // namespace terse::compress
