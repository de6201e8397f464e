#include "terse/allocate/few_features.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "allocate/example_table.h"
#include "terse/base/random.h"

namespace terse::allocate {
namespace {

constexpr std::size_t units = 3;

// A network of random weights, one threshold a feature: what few_features() sees is its rows.
ShrinkingNetwork network_of(std::size_t features, std::size_t rows, std::uint64_t seed,
                            float (*target_of)(std::span<const float>)) {
  base::Random random(seed);
  const auto normal = [&random](base::Matrix& matrix) {
    for (float& value : matrix.values()) value = static_cast<float>(random.normal());
  };
  ShrinkingNetwork network;
  for (std::size_t f = 0; f < features; ++f) {
    network.table.thresholds.add_feature(std::vector<float>{0.0F});
  }
  network.table.shapes.resize(features);
  network.table.rows = base::Matrix(2 * features, units);
  normal(network.table.rows);
  network.table.bias.assign(units, 0.0F);
  network.table.layers = {{base::Matrix(1, units), {0.0F}}};
  network.special.resize(features);
  for (auto* inputs : {&network.inputs, &network.measured}) {
    *inputs = base::Matrix(rows, features);
    normal(*inputs);
    auto& targets = inputs == &network.inputs ? network.targets : network.measured_targets;
    for (std::size_t row = 0; row < rows; ++row) {
      targets.push_back(target_of(std::as_const(*inputs).row(row)));
    }
  }
  return network;
}

float one(std::span<const float> x) {
  return std::exp(x[2]);
}

float two(std::span<const float> x) {
  return x[1] + (x[3] > 0.3F ? 1.5F : 0.0F);
}

TEST(FewFeatures, TheOneThatSaysAllIsFound) {
  const std::vector<ShrinkingNetwork> networks = {network_of(5, 800, 1, one),
                                                  network_of(5, 800, 2, one)};
  const auto found = few_features(networks, 4.0, {});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_TRUE(std::ranges::is_sorted(found, {}, &FewFeatures::loss));
  EXPECT_EQ(found.front().features, std::vector<std::size_t>{2});
  EXPECT_EQ(found.front().levels, std::vector<std::size_t>{16});
  EXPECT_EQ(found.front().cuts,
            std::vector<Cuts>{Cuts::tree});  // the tail has few rows and most of the variance
}

TEST(FewFeatures, TwoShareTheBits) {
  const std::vector<ShrinkingNetwork> networks = {network_of(5, 800, 1, two)};
  const auto found = few_features(networks, 4.0, {});
  EXPECT_EQ(found.front().features, (std::vector<std::size_t>{1, 3}));
  EXPECT_EQ(found.front().levels, (std::vector<std::size_t>{8, 2}));
  for (const FewFeatures& few : found) EXPECT_LE(information_bits(few.levels), 4.0 + 1e-9);
  EXPECT_TRUE(few_features(networks, 0.5, {}).empty());
}

TEST(FewFeatures, CategoriesAndGapsTakeNoPart) {
  std::vector<ShrinkingNetwork> networks = {network_of(3, 200, 1, one)};
  networks.front().table.shapes[2].special = 1;
  for (const FewFeatures& few : few_features(networks, 3.0, {})) {
    EXPECT_EQ(std::ranges::find(few.features, 2U), few.features.end());
  }
}

// Each level's row is the mean of what the network had for the training rows on it.
TEST(FewFeatures, KeepsWhatTheNetworkKnew) {
  const ShrinkingNetwork network = network_of(4, 300, 3, one);
  const FewFeatures few{
      .features = {2, 0}, .levels = {4, 2}, .cuts = {Cuts::quantiles, Cuts::tree}};
  const ShrinkingNetwork kept = with_few_features(network, few, {});
  EXPECT_EQ(kept.table.levels(), (std::vector<std::size_t>{2, 1, 4, 1}));
  const auto thresholds = kept.table.thresholds.of(2);
  for (std::size_t level = 0; level < 4; ++level) {
    for (std::size_t unit = 0; unit < units; ++unit) {
      double sum = 0.0;
      double count = 0.0;
      for (std::size_t row = 0; row < 300; ++row) {
        const float reading = network.inputs(row, 2);
        const auto own = std::ranges::count_if(thresholds, [&](float t) { return reading > t; });
        if (static_cast<std::size_t>(own) != level) continue;
        sum += static_cast<double>(network.table.rows(4 + (reading > 0.0F ? 1 : 0), unit));
        count += 1.0;
      }
      EXPECT_NEAR(kept.table.rows(kept.table.first_row(2) + level, unit), sum / count, 1e-5);
    }
  }
}

TEST(FewFeatures, GapsOfOtherFeaturesGo) {
  ShrinkingNetwork network;
  network.table = example_special_table();
  network.table.thresholds = {};
  network.table.thresholds.add_feature(std::vector<float>{-0.5F, 0.5F});
  network.table.thresholds.add_feature({});
  network.inputs = example_special_inputs(100);
  network.measured = example_special_inputs(50);
  network.targets.assign(100, 1.0F);
  network.measured_targets.assign(50, 1.0F);
  network.special = {{0}, {0, 1, 2, 3}};
  const ShrinkingNetwork kept = with_few_features(network, {}, {});
  EXPECT_EQ(kept.table.levels(), (std::vector<std::size_t>{1, 1}));
  EXPECT_EQ(kept.inputs.columns(), 2U);
  EXPECT_TRUE(kept.special[0].empty() && kept.special[1].empty());
}

}  // namespace
}  // namespace terse::allocate
