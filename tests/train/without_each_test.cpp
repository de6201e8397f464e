#include "terse/train/without_each.h"

#include <gtest/gtest.h>

namespace terse::train {
namespace {

// Predicts the sum of one row per code: t below or above 10, or missing: 1, 2, 7; room a, b, any
// other: 10, 20, 40; fixed p, q: 0, 100; u below or above 0 (mean 5): 0, 1000.
model::Model summing_model() {
  model::Model model;
  model.method = quantize::Method::bw_qq;
  model.features = {
      {"t", "", 3.0, 1.0}, {"room", "", 0.0, 1.0}, {"fixed", "", 0.0, 1.0}, {"u", "", 5.0, 1.0}};
  model.features[0].missing_level = true;
  model.features[1].categories = {"a", "b"};
  model.features[1].unseen_level = true;
  model.features[2].categories = {"p", "q"};
  const float ten = 10.0F;
  const float zero = 0.0F;
  model.thresholds.add_feature({&ten, 1});
  model.thresholds.add_feature({});
  model.thresholds.add_feature({});
  model.thresholds.add_feature({&zero, 1});
  model::decoder::Lookup network{base::Matrix(10, 1), {0.0F}, {}};
  const float rows[] = {1, 2, 7, 10, 20, 40, 0, 100, 0, 1000};
  std::ranges::copy(rows, network.table.values().begin());
  inference::DenseLayer output{base::Matrix(1, 1), {0.0F}};
  output.weights(0, 0) = 1.0F;
  network.layers.push_back(std::move(output));
  model.decoder = std::move(network);
  return model;
}

TEST(WithoutEach, SendsTheBestSubstitute) {
  data::Table table;
  table.feature_names = {"t", "room", "fixed", "u"};
  table.features = base::Matrix(3, 4);
  const float rows[3][4] = {{0, 0, 1, -1}, {20, 1, 0, -1}, {20, 1, 0, -1}};
  for (std::size_t r = 0; r < 3; ++r) {
    for (std::size_t f = 0; f < 4; ++f) table.features(r, f) = rows[r][f];
  }
  table.target = {111, 22, 9999};  // the last row is not asked for
  const std::vector<std::uint32_t> asked = {0, 1};
  const auto without = evaluate_without_each(summing_model(), table, asked);
  ASSERT_EQ(without.size(), 4U);
  EXPECT_EQ(name(without[0].substitute), "missing level");
  EXPECT_NEAR(without[0].metrics.mse_raw, (6.0 * 6.0 + 5.0 * 5.0) / 2, 1e-3);
  EXPECT_EQ(name(without[1].substitute), "unseen level");
  EXPECT_NEAR(without[1].metrics.mse_raw, (30.0 * 30.0 + 20.0 * 20.0) / 2, 1e-3);
  EXPECT_EQ(name(without[2].substitute), "nothing");
  EXPECT_EQ(name(without[3].substitute), "mean");
  EXPECT_NEAR(without[3].metrics.mse_raw, 1000.0 * 1000.0, 1.0);
}

}  // namespace
}  // namespace terse::train
