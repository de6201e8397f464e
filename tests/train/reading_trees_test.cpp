#include "terse/train/reading_trees.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "terse/base/random.h"
#include "terse/model/predictor.h"
#include "terse/train/joint.h"
#include "terse/train/metrics.h"
#include "terse/train/reconstruction.h"

namespace terse::train {
namespace {

// b follows a but for noise, c is alone; all uniform in 0 .. 10.
data::Table correlated(std::size_t rows, double noise) {
  data::Table table;
  table.source = "correlated";
  table.feature_names = {"a", "b", "c"};
  table.features = base::Matrix(rows, 3);
  base::Random random(5, 1);
  for (std::size_t row = 0; row < rows; ++row) {
    const double a = 10.0 * random.uniform();
    table.features(row, 0) = static_cast<float>(a);
    table.features(row, 1) = static_cast<float>(a + noise * (random.uniform() - 0.5));
    table.features(row, 2) = static_cast<float>(10.0 * random.uniform());
  }
  target_the_readings(table);
  return table;
}

TEST(ReadingTrees, OneTreeGivesTheValueOfEachCode) {
  for (const std::size_t levels : {1U, 2U, 5U, 8U, 256U}) {
    BinValues bins{1, {}};
    for (std::size_t code = 0; code < levels; ++code) {
      bins.values.push_back(static_cast<float>(code * code) - 3.0F);
    }
    const model::decoder::Trees tree = bin_tree(bins);
    EXPECT_EQ(model::decoder::trees_problem(tree, 2), "");
    EXPECT_EQ(tree.nodes.size(), 2 * levels - 1);
    for (std::size_t code = 0; code < levels; ++code) {
      const float codes[] = {77.0F, static_cast<float>(code)};
      EXPECT_EQ(model::decoder::predict(tree, codes), bins.values[code]);
    }
  }
}

TEST(ReadingTrees, BinsHaveTheirCentres) {
  const float thresholds[] = {1.0F, 2.0F, 4.0F};
  EXPECT_EQ(bin_centres(thresholds, 0.5, 6.0), (std::vector<double>{0.75, 1.5, 3.0, 5.0}));
  EXPECT_EQ(bin_centres({}, -1.0, 3.0), (std::vector<double>{1.0}));
}

TEST(ReadingTrees, AQuantileIsTheLeastErrorThatEnoughRowsDoNotExceed) {
  std::vector<double> errors;
  for (int i = 100; i >= 1; --i) errors.push_back(i);
  EXPECT_EQ(error_quantile(errors, 0.95), 95.0);
  EXPECT_EQ(error_quantile(errors, 1.0), 100.0);
  EXPECT_EQ(error_quantile({3.0}, 0.95), 3.0);
  errors.resize(20);  // 100 .. 81: 19 of 20 rows
  EXPECT_EQ(error_quantile(errors, 0.95), 99.0);
}

// The mean of the rows of each bin, computed here, is what the other readings have to improve on.
TEST(ReadingTrees, AreNoWorseThanTheOwnCodeAloneAndBetterWhereOthersTell) {
  const data::Table table = correlated(4000, 0.5);
  std::vector<std::uint32_t> training(3000);
  std::vector<std::uint32_t> test(1000);
  for (std::uint32_t row = 0; row < 3000; ++row) training[row] = row;
  for (std::uint32_t row = 0; row < 1000; ++row) test[row] = 3000 + row;
  Options options;
  options.method = quantize::Method::bw_mq;
  options.decoder = Decoder::boosted;
  options.reconstruct = true;
  options.levels = {{"a", 16}, {"b", 4}, {"c", 4}};
  const model::Model model = train_model(table, training, options);
  ASSERT_TRUE(gives_back_readings(model));
  const Metrics metrics = evaluate(model, table, test);
  for (std::size_t f = 0; f < 3; ++f) {
    const std::size_t levels = model.levels()[f];
    std::vector<double> sum(levels, 0.0);
    std::vector<double> count(levels, 0.0);
    const auto code_of = [&](std::uint32_t row) {
      return quantize::code_of(table.features(row, f), model.thresholds.of(f));
    };
    for (const std::uint32_t row : training) {
      sum[code_of(row)] += static_cast<double>(table.features(row, f));
      count[code_of(row)] += 1.0;
    }
    double plain = 0.0;
    for (const std::uint32_t row : test) {
      const double error =
          static_cast<double>(table.features(row, f)) - sum[code_of(row)] / count[code_of(row)];
      plain += error * error / 1000.0;
    }
    const double own = metrics.targets[f].mse_raw;
    EXPECT_LT(own, 1.01 * plain) << f;
    if (f == 1) {
      EXPECT_LT(own, 0.2 * plain);  // the 16 levels of a say where it is
    } else if (f == 2) {
      EXPECT_GT(own, 0.99 * plain);  // nothing says more of it
    }
  }
}

TEST(ReadingTrees, CategoriesAndDroppedReadings) {
  data::Table table;
  table.source = "names";
  table.feature_names = {"x", "name"};
  table.categories = {{}, {"red", "green", "blue"}};
  table.features = base::Matrix(900, 2);
  base::Random random(9, 1);
  for (std::size_t row = 0; row < 900; ++row) {
    table.features(row, 0) = static_cast<float>(random.uniform());
    table.features(row, 1) = static_cast<float>(row % 3);
  }
  target_the_readings(table);
  Options options;
  options.method = quantize::Method::bw_qq;
  options.decoder = Decoder::boosted;
  options.reconstruct = true;
  options.bits = 3;
  options.drop_rate = 0.1;
  const model::Model model = train_model(table, all_rows(table), options);
  const Metrics metrics = evaluate(model, table, all_rows(table));
  EXPECT_EQ(metrics.targets[1].classes.accuracy, 1.0);
  EXPECT_LT(metrics.targets[1].classes.log_loss, 1e-5);
  EXPECT_LT(metrics.targets[0].mae, 0.06);
  model::Predictor predictor(model, 1);
  std::vector<float> outputs(model.outputs());
  const float gaps[] = {NAN, NAN};
  predictor.predict({gaps, 1, 2}, outputs);
  EXPECT_NEAR(outputs[0], 0.5F, 0.1F);
  EXPECT_NEAR(outputs[1], 1.0F / 3.0F, 0.01F);
}

}  // namespace
}  // namespace terse::train
