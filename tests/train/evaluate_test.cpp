#include "terse/train/metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "data/input_error.h"

namespace terse::train {
namespace {

// One feature with one threshold at 10 and no hidden layer beyond the look-up: predicts 1 below, 5
// above (target mean 3, deviation 2, so -1 and +1 standardised). Two units: ReLU(1) and ReLU(2 * [x
// > 10]) through weights -1... by hand.
model::Model step_model() {
  model::Model model;
  model.method = quantize::Method::bw_qq;
  model.features = {{"x", "", 0.0, 1.0}};
  model.target_name = "y";
  model.output = model::Number{3.0, 2.0};
  const float threshold = 10.0F;
  model.thresholds.add_feature({&threshold, 1});
  model::decoder::Lookup network{base::Matrix(2, 1), {0.0F}, {}};
  network.table(1, 0) = 2.0F;
  inference::DenseLayer output{base::Matrix(1, 1), {-1.0F}};
  output.weights(0, 0) = 1.0F;
  network.layers.push_back(std::move(output));
  model.decoder = std::move(network);
  return model;
}

data::Table table_of(const std::vector<std::pair<float, float>>& rows) {
  data::Table table;
  table.source = "rows";
  table.feature_names = {"x"};
  table.target_name = "y";
  table.features = base::Matrix(rows.size(), 1);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    table.features(row, 0) = rows[row].first;
    table.target.push_back(rows[row].second);
  }
  return table;
}

TEST(Evaluate, EqualsTheMetricsByHand) {
  // Predictions 1, 1, 5; errors 0, -1, 2. A reading equal to the threshold is below it.
  const data::Table table = table_of({{0, 1}, {10, 2}, {10.5F, 3}});
  const Metrics metrics = evaluate(step_model(), table, all_rows(table));
  EXPECT_EQ(metrics.rows, 3U);
  EXPECT_NEAR(metrics.mse_raw, 5.0 / 3.0, 1e-6);
  EXPECT_NEAR(metrics.mse, 5.0 / 12.0, 1e-6);
  EXPECT_NEAR(metrics.rmse, std::sqrt(5.0 / 3.0), 1e-6);
  EXPECT_NEAR(metrics.mae, 1.0, 1e-6);
  EXPECT_NEAR(metrics.r2, 1.0 - 5.0 / 2.0, 1e-6);
}

TEST(Evaluate, TakesOnlyTheRowsNamed) {
  const data::Table table = table_of({{0, 1}, {10, 2}, {10.5F, 3}});
  const std::vector<std::uint32_t> rows = {2, 0};
  const Metrics metrics = evaluate(step_model(), table, rows);
  EXPECT_EQ(metrics.rows, 2U);
  EXPECT_NEAR(metrics.mse_raw, 2.0, 1e-6);
}

TEST(Evaluate, BlocksDoNotChangeTheResult) {
  std::vector<std::pair<float, float>> rows;
  double squared = 0.0;
  for (int i = 0; i < 2500; ++i) {
    const float x = static_cast<float>(i % 21);
    const float y = static_cast<float>(i % 7);
    rows.emplace_back(x, y);
    const double error = (x > 10 ? 5.0 : 1.0) - y;
    squared += error * error;
  }
  const data::Table table = table_of(rows);
  EXPECT_NEAR(evaluate(step_model(), table, all_rows(table)).mse_raw, squared / 2500, 1e-5);
}

TEST(Evaluate, ConstantTargetHasNoR2) {
  const data::Table table = table_of({{0, 1}, {20, 1}});
  EXPECT_TRUE(std::isnan(evaluate(step_model(), table, all_rows(table)).r2));
  const std::vector<std::uint32_t> one = {1};
  EXPECT_TRUE(std::isnan(evaluate(step_model(), table, one).r2));
}

// A weight of 2 is the same as the row twice, a weight of 0 as no row.
TEST(Evaluate, WeightsStandForRows) {
  data::Table weighted = table_of({{0, 1}, {10, 2}, {10.5F, 3}, {11, 9}});
  weighted.weights = {2, 1, 3, 0};
  const data::Table repeated = table_of({{0, 1}, {0, 1}, {10, 2}, {10.5F, 3}, {10.5F, 3}, {11, 3}});
  const Metrics by_weight = evaluate(step_model(), weighted, all_rows(weighted));
  const Metrics by_rows = evaluate(step_model(), repeated, all_rows(repeated));
  for (std::size_t m = 0; m < by_rows.named().size(); ++m) {
    EXPECT_NEAR(by_weight.named()[m].second, by_rows.named()[m].second, 1e-12)
        << by_rows.named()[m].first;
  }
  const std::vector<std::uint32_t> none = {3};
  EXPECT_NE(input_error([&] { evaluate(step_model(), weighted, none); }).find("has weight 0"),
            std::string::npos);
}

// Predictions 1, 1, 5 again.
TEST(Evaluate, MeasuresTheObjectiveOfTheTraining) {
  const data::Table table = table_of({{0, 1}, {10, 2}, {10.5F, 3}});
  model::Model model = step_model();
  model.record.settings = {{"loss", "quantile:0.9"}};
  Metrics metrics = evaluate(model, table, all_rows(table));
  EXPECT_NEAR(metrics.pinball, (0.9 * 1 + 0.1 * 2) / 3, 1e-6);
  EXPECT_NEAR(metrics.loss(), metrics.pinball / 2.0, 1e-6);
  EXPECT_EQ(metrics.named().front().first, "loss");
  EXPECT_EQ(metrics.named()[1].first, "mse");
  EXPECT_EQ(metrics.named().back().first, "pinball");
  model.record.settings = {{"loss", "absolute"}};
  metrics = evaluate(model, table, all_rows(table));
  EXPECT_NEAR(metrics.loss(), 0.5, 1e-6);
  EXPECT_NEAR(metrics.mae, 1.0, 1e-6);
}

TEST(Evaluate, LogarithmsAreMappedBack) {
  const data::Table table = table_of({{0, 1}, {10, 2}, {10.5F, 0}});
  model::Model model = step_model();
  model.output = model::Number{0.5, 0.25, model::Link::exponential};
  model.record.settings = {{"loss", "poisson"}};
  const double low = std::exp(0.25);
  const double high = std::exp(0.75);
  const Metrics metrics = evaluate(model, table, all_rows(table));
  EXPECT_NEAR(metrics.mae, (low - 1 + 2 - low + high) / 3, 1e-6);
  const double deviance =
      2 * (std::log(1 / low) - 1 + low) + 2 * (2 * std::log(2 / low) - 2 + low) + 2 * high;
  EXPECT_NEAR(metrics.poisson_deviance, deviance / 3, 1e-6);
  EXPECT_EQ(metrics.named().front(),
            (std::pair<std::string, double>("loss", metrics.poisson_deviance)));
  EXPECT_EQ(metrics.named()[1].first, "mse_raw");
  const data::Table positive = table_of({{0, 1}, {10, 2}, {10.5F, 3}});
  model.record.settings = {{"target_scale", "log"}};
  const auto squared = [](double value) { return value * value; };
  EXPECT_NEAR(evaluate(model, positive, all_rows(positive)).loss(),
              (squared(0.25) + squared(std::log(2) - 0.25) + squared(std::log(3) - 0.75)) /
                  (3 * squared(0.25)),
              1e-5);
}

}  // namespace
}  // namespace terse::train
