#include "terse/train/code_rows.h"

#include <gtest/gtest.h>

#include "model/examples.h"

namespace terse::train {
namespace {

TEST(CodeRows, CountsReadingsBetweenThresholds) {
  model::Model model = model::example_model(
      model::random_fold_input(quantize::Method::bw_sq, {.features = 5, .seed = 2}));
  data::Table table;
  table.features = model::example_readings(model, 2500);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < 2500; row += 2) rows.push_back(row);
  count_code_rows(model, table, rows);
  for (std::size_t f = 0; f < 5; ++f) {
    const auto thresholds = model.thresholds.of(f);
    std::vector<std::uint64_t> expected(thresholds.size() + 1, 0);
    for (const std::uint32_t row : rows) {
      std::size_t code = 0;
      for (const float threshold : thresholds) code += table.features.row(row)[f] > threshold;
      ++expected[code];
    }
    EXPECT_EQ(model.features[f].code_rows, expected) << f;
  }
}

TEST(CodeRows, FullPrecisionHasNoCodes) {
  model::Model model = model::example_model(
      model::random_fold_input(quantize::Method::fp, {.features = 3, .seed = 2}));
  data::Table table;
  table.features = model::example_readings(model, 10);
  count_code_rows(model, table, std::vector<std::uint32_t>{0, 1, 2});
  for (const model::Feature& feature : model.features) EXPECT_TRUE(feature.code_rows.empty());
}

}  // namespace
}  // namespace terse::train
