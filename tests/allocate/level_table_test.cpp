#include "terse/allocate/level_table.h"

#include <gtest/gtest.h>

#include "allocate/example_table.h"

namespace terse::allocate {
namespace {

TEST(LevelTable, RowsAreSumsOfTheWeightsBelow) {
  const inference::Parameters trained = example_parameters();
  const LevelTable table = level_table(trained);
  EXPECT_EQ(table.levels(), (std::vector<std::size_t>{3, 1, 4}));
  EXPECT_EQ(table.thresholds.values, (std::vector<float>{-0.5F, 0.5F, -1.0F, 0.25F, 1.0F}));
  const base::Matrix& weights = trained.layers.front().weights;
  for (std::size_t u = 0; u < 4; ++u) {
    EXPECT_EQ(table.rows(0, u), 0.0F);
    EXPECT_EQ(table.rows(1, u), weights(u, 1));
    EXPECT_NEAR(table.rows(2, u), weights(u, 0) + weights(u, 1), 1e-6);
    EXPECT_EQ(table.rows(table.first_row(1), u), 0.0F);
    EXPECT_EQ(table.rows(table.first_row(2) + 1, u), weights(u, 4));
  }
}

TEST(LevelTable, ThereAndBackPredictsTheSame) {
  const inference::Parameters trained = example_parameters();
  const inference::Parameters back = parameters(level_table(trained));
  const base::Matrix inputs = example_inputs(50);
  for (std::size_t r = 0; r < inputs.rows(); ++r) {
    EXPECT_NEAR(prediction_by_definition(back, inputs.row(r)),
                prediction_by_definition(trained, inputs.row(r)), 1e-5);
  }
}

TEST(LevelTable, CountsAreThoseOfTheCodes) {
  const LevelTable table = level_table(example_parameters());
  const base::Matrix inputs = example_inputs(200);
  const auto codes = codes_of(table, inputs);
  std::vector<std::size_t> expected(8);
  for (std::size_t r = 0; r < 200; ++r) {
    for (std::size_t f = 0; f < 3; ++f) {
      std::size_t code = 0;
      for (const float threshold : table.thresholds.of(f)) code += inputs(r, f) > threshold ? 1 : 0;
      EXPECT_EQ(codes[r * 3 + f], code);
      ++expected[table.first_row(f) + code];
    }
  }
  EXPECT_EQ(level_counts(table, codes), expected);
}

TEST(LevelTable, SpecialLevelsFollowThoseBetweenThresholds) {
  const LevelTable table = example_special_table();
  EXPECT_EQ(table.levels(), (std::vector<std::size_t>{4, 4}));
  EXPECT_EQ(table.first_row(1), 4U);
  const base::Matrix inputs = example_special_inputs(300);
  const auto codes = codes_of(table, inputs);
  for (std::size_t r = 0; r < 300; ++r) {
    const float reading = inputs(r, 0);
    const int number =
        inputs(r, 2) > 0.0F ? 3 : (reading > -0.5F ? 1 : 0) + (reading > 0.5F ? 1 : 0);
    EXPECT_EQ(codes[r * 2], number);
    EXPECT_GT(inputs(r, 3 + codes[r * 2 + 1]), 0.0F);
  }
}

// To the network special levels are features of one threshold behind all others: the sum of the
// weights of what applies must be the table's rows.
TEST(LevelTable, SpecialLevelsAreInputsOfTheNetwork) {
  const LevelTable table = example_special_table();
  const inference::Parameters network = parameters(table);
  const base::Matrix inputs = example_special_inputs(200);
  const auto codes = codes_of(table, inputs);
  const base::Matrix& weights = network.layers.front().weights;
  for (std::size_t r = 0; r < 200; ++r) {
    for (std::size_t u = 0; u < 4; ++u) {
      double sum = static_cast<double>(network.layers.front().bias[u]);
      for (std::size_t c = 0; c < 7; ++c) {
        for (std::size_t j = 0; j < network.thresholds.count(c); ++j) {
          const bool above = inputs(r, c) > network.thresholds.of(c)[j];
          if (above) sum += static_cast<double>(weights(u, network.thresholds.offsets[c] + j));
        }
      }
      EXPECT_NEAR(sum,
                  table.bias[u] + table.rows(codes[r * 2], u) + table.rows(4 + codes[r * 2 + 1], u),
                  1e-5);
    }
  }
  const LevelTable back = level_table(network, table.shapes);
  EXPECT_EQ(back.levels(), table.levels());
}

}  // namespace
}  // namespace terse::allocate
