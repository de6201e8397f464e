#include "terse/compress/coded_rows.h"

#include <gtest/gtest.h>

#include <cmath>

#include "compress/examples.h"

namespace terse::compress {
namespace {

TEST(CodedRows, AreThresholdsBelowAndStandardisedTargets) {
  const Example made = example();
  const std::vector<std::uint32_t> some = {5, 3, 599};
  const CodedRows rows = coded_rows(made.model, made.table, some);
  EXPECT_EQ(rows.features, 10U);
  ASSERT_EQ(rows.rows(), 3U);
  for (std::size_t r = 0; r < 3; ++r) {
    ASSERT_EQ(rows.row(r).size(), 10U);
    for (std::size_t f = 0; f < 10; ++f) {
      int below = 0;
      for (const float threshold : made.model.thresholds.of(f)) {
        below += made.table.features(some[r], f) > threshold ? 1 : 0;
      }
      EXPECT_EQ(rows.row(r)[f], below);
    }
    const model::Number scale = model::decoder::scale(made.model.output);
    const double raw = double(rows.targets[r]) * scale.deviation + scale.mean;
    EXPECT_NEAR(raw, double(made.table.target[some[r]]), 1e-4);
  }
}

TEST(CodedRows, ClassesStayIndices) {
  const Example made = example(true);
  const CodedRows rows = made.coded();
  ASSERT_EQ(rows.rows(), made.rows.size());
  for (std::size_t r = 0; r < made.rows.size(); ++r) {
    EXPECT_EQ(rows.targets[r], made.table.target[made.rows[r]]);
  }
}

TEST(CodedRows, TakeTheObjectiveFromTheModel) {
  Example made = example();
  made.model.record.settings = {{"loss", "quantile:0.9"}, {"target_scale", "log"}};
  made.model.output = model::Number{2.0, 0.5, model::Link::exponential};
  const CodedRows rows = made.coded();
  EXPECT_EQ(rows.loss, inference::Loss::quantile);
  EXPECT_EQ(rows.quantile, 0.9);
  EXPECT_NEAR(rows.targets[7], (std::log(double(made.table.target[made.rows[7]])) - 2.0) / 0.5,
              1e-5);
}

TEST(CodedRows, CountByWeightAndClass) {
  Example made = example(true);
  EXPECT_TRUE(row_weights(made.model, made.table, made.rows).empty());
  made.model.record.settings = {{"class_weights", "balanced"}};
  for (std::size_t row = 0; row < made.table.rows(); ++row) {
    made.table.weights.push_back(row % 3 == 0 ? 5.0F : 1.0F);
  }
  const auto weights = row_weights(made.model, made.table, made.rows);
  ASSERT_EQ(weights.size(), made.table.rows());
  double of_class[2] = {};
  for (const std::uint32_t row : made.rows) of_class[int(made.table.target[row])] += weights[row];
  EXPECT_NEAR(of_class[0], 300.0, 1e-3);
  EXPECT_NEAR(of_class[1], 300.0, 1e-3);
  const CodedRows rows = coded_rows(made.model, made.table, made.unseen, weights);
  ASSERT_EQ(rows.weights.size(), made.unseen.size());
  EXPECT_EQ(rows.weights[1], weights[made.unseen[1]]);
}

}  // namespace
}  // namespace terse::compress
